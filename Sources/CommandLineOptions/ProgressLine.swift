import Wording

/// How far some work is, in one line at the foot of a terminal: `███████·············  35 %  7 steps  Baking lights`.
public struct ProgressLine: Hashable, Sendable {
    /// How much is done, from 0 to 1; nil when nobody knows.
    public var fraction: Double?
    /// How many steps are done.
    public var steps = 0
    /// What is happening now.
    public var activity = ""

    /// Work that has not begun.
    public init() {}

    private static let longestBar = 30

    /// The line, cut to this many columns; empty while there is nothing to say.
    public func text(columns: Int) -> String {
        var parts: [String] = []
        if let fraction {
            let fraction = min(max(fraction, 0), 1)
            let cells = min(Self.longestBar, max(columns / 3, 1))
            let full = Int((fraction * Double(cells)).rounded(.down))
            let percent = String(Int(fraction * 100))
            let bar = String(repeating: "█", count: full) + String(repeating: "·", count: cells - full)
            parts.append("\(bar) \(String(repeating: " ", count: 3 - percent.count))\(percent) %")
        }
        if steps > 0 { parts.append(steps == 1 ? "1 step" : "\(steps) steps") }
        if !activity.isEmpty { parts.append(VisibleText.line(activity)) }
        let line = parts.joined(separator: "  ")
        return line.count > columns ? line.prefix(max(columns - 1, 0)) + "…" : line
    }
}
