/// Durations as people write and read them: `500ms`, `10s`, `2m`, `1h30m`; in messages `10 s`, `2 min 5 s`.
public enum DurationText {
    /// In seconds, three centuries. Anything longer is a mistake, and overflows some clocks.
    private static let longest = 1e10

    /// The duration that `text` stands for: a number of seconds, or numbers with the units `ms`, `s`, `m`, `h`, `d`.
    public static func parse(_ text: String) -> Duration? {
        if let seconds = Double(text), seconds.isFinite {
            return (0...longest).contains(seconds) ? .seconds(seconds) : nil
        }
        var rest = text.filter { $0 != " " }[...]
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest.removeFirst(digits.count)
            let unit = rest.prefix(while: \.isLetter)
            rest.removeFirst(unit.count)
            guard let count = Double(digits), let size = units[String(unit)], count <= longest / (size / .seconds(1))
            else { return nil }
            total += size * count
        }
        return total <= .seconds(longest) ? total : nil
    }

    /// `span` as messages have it, with two units at most: `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 2 min`.
    public static func text(_ span: Duration) -> String {
        let seconds = Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 59.95 { return "\(tenths(seconds)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return parts((whole / 60, "min"), (whole % 60, "s")) }
        let minutes = Int((seconds / 60).rounded())
        return parts((minutes / 60, "h"), (minutes % 60, "min"))
    }

    private static let units: [String: Duration] = [
        "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "min": .seconds(60), "h": .seconds(3600),
        "d": .seconds(86400),
    ]

    private static func parts(_ large: (Int, String), _ small: (Int, String)) -> String {
        small.0 == 0 ? "\(large.0) \(large.1)" : "\(large.0) \(large.1) \(small.0) \(small.1)"
    }

    private static func tenths(_ number: Double) -> String {
        let rounded = Int((number * 10).rounded())
        return rounded % 10 == 0 ? "\(rounded / 10)" : "\(rounded / 10).\(rounded % 10)"
    }
}
