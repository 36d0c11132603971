public import Foundation
import Wording

/// Standard output without a buffer, for what somebody waits for.
public enum Console {
    /// Writes a line, made safe to show (`VisibleText`).
    public static func line(_ text: String = "") { write(VisibleText.line(text) + "\n") }

    /// Writes a line to standard error, made safe to show: for a person, beside what a program may read.
    public static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((VisibleText.line(text) + "\n").utf8))
    }

    /// Writes several lines, made safe to show.
    public static func lines(_ text: String) { write(VisibleText.lines(text) + "\n") }

    /// Writes a JSON text and ends the line; nothing in it can change a terminal.
    public static func json(_ text: Data) {
        write(VisibleText.json(String(decoding: text, as: UTF8.self)) + "\n")
    }

    /// Writes text as it is.
    public static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
