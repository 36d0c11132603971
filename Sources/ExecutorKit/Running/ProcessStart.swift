package import Foundation

extension Process {
    private static let turn = NSLock()

    /// Starts the process while no other is being started: several `run()` at once have been seen to crash inside of
    /// Foundation (Swift 6.3 on Linux, a bad pointer in a copy), and starting takes milliseconds.
    ///
    /// - Throws: what `run()` throws.
    package func runInTurn() throws {
        Self.turn.lock()
        defer { Self.turn.unlock() }
        try run()
    }
}
