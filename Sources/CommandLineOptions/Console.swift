import Foundation

/// Standard output without a buffer, for what somebody waits for.
public enum Console {
    /// Writes a line.
    public static func line(_ text: String = "") { write(text + "\n") }

    /// Writes text as it is.
    public static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
