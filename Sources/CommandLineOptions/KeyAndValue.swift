/// Values of options that are pairs, as in `--set frames=1-10`.
public enum KeyAndValue {
    /// The parts before and after the first `=`.
    ///
    /// - Throws: ``UsageError`` when there is none.
    public static func split(_ text: String, option: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw UsageError("\(option) should be NAME=VALUE, but is “\(text)”")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
