/// Finds what somebody probably meant when a name is unknown.
public enum NearestName {
    /// The candidate that is nearest to `name`, when one is near enough to be a slip of the hand.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let allowed = max(1, name.count / 3)
        return candidates.map { ($0, distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= allowed }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// How many characters must be inserted, removed or replaced to turn one into the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let replaced = diagonal + (character == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
