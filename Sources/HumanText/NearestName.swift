/// Finds the name that somebody who made a slip meant.
public enum NearestName {
    /// The name that is closest to `wanted`; absent when none is close enough to be a slip of the hand.
    ///
    /// Close is at most one wrong, missing, added or swapped character for every three.
    public static func to(_ wanted: String, among names: some Sequence<String>) -> String? {
        let limit = max(1, wanted.count / 3)
        return names.map { (name: $0, distance: distance(wanted.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// How many characters have to be changed, added, left out or swapped with their neighbour (optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
