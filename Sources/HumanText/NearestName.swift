/// Finds the name that somebody meant who wrote another one.
public enum NearestName {
    /// The name that is closest to `wanted`; absent when none is close.
    ///
    /// Close is at most one wrong, missing, added or swapped character for every three, or else a name that has all words of
    /// `wanted`: `blender` is close to `blender-render`.
    public static func to(_ wanted: String, among names: some Sequence<String>) -> String? {
        let names = Array(names)
        let limit = max(1, wanted.count / 3)
        let near = names.map { (name: $0, distance: distance(wanted.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near?.name ?? withAllWords(of: wanted, among: names)
    }

    /// The shortest name that has all words of `wanted`, or their beginnings.
    private static func withAllWords(of wanted: String, among names: [String]) -> String? {
        let words = words(of: wanted)
        guard words.contains(where: { $0.count >= 3 }) else { return nil }
        return names.filter { name in
            let known = self.words(of: name)
            return words.allSatisfy { word in known.contains { $0.hasPrefix(word) } }
        }.min { ($0.count, $0) < ($1.count, $1) }
    }

    private static func words(of name: String) -> [Substring] {
        name.lowercased().split { $0 == "-" || $0 == "_" || $0 == " " }
    }

    /// How many characters have to be changed, added, removed or swapped with their neighbour (optimal string alignment).
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
