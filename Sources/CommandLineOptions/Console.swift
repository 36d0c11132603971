import Foundation

/// Standard output without a buffer, for what somebody waits for.
public enum Console {
    /// Writes a line.
    public static func line(_ text: String = "") { write(text + "\n") }

    /// Writes a line to standard error: for a person, beside what a program may read.
    public static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Writes text as it is.
    public static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
