public import Foundation
import System

/// Standard output without a buffer.
public enum Console {
    /// Writes a line, made safe to show (`VisibleText`).
    public static func line(_ text: String = "") { write(VisibleText.line(text) + "\n") }

    /// Writes a line to standard error, made safe to show: for people, while standard output may be for a program.
    public static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((VisibleText.line(text) + "\n").utf8))
    }

    /// Writes several lines, made safe to show.
    public static func lines(_ text: String) { write(VisibleText.lines(text) + "\n") }

    /// Writes a JSON text and a line feed; control characters in it are escaped.
    public static func json(_ text: Data) {
        write(VisibleText.json(String(decoding: text, as: UTF8.self)) + "\n")
    }

    /// Writes text as it is.
    public static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}

/// Rows of text in columns, for people.
public enum TextTable {
    /// A line for each row, its cells padded to the width of their column and made safe to show (`VisibleText`).
    public static func lines(_ rows: [[String]]) -> [String] {
        let rows = rows.map { $0.map { VisibleText.line($0) } }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let end = row.lastIndex { !$0.isEmpty } ?? -1
            return row.indices.prefix(end + 1).map { column in
                let space = column == end ? 0 : widths[column] - row[column].count + 2
                return row[column] + String(repeating: " ", count: space)
            }.joined()
        }
    }
}

/// The progress of some work, as the last line of a terminal: `███████·············  35 %  7 steps  Baking lights`.
public struct ProgressLine: Hashable, Sendable {
    /// How much is done, from 0 to 1; nil when that is unknown.
    public var fraction: Double?
    /// How many steps are done.
    public var steps = 0
    /// What is being done now.
    public var activity = ""

    /// Work that has not begun.
    public init() {}

    private static let longestBar = 30

    /// The line, cut to this many columns; empty while there is nothing to show.
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
