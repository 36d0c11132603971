package import Foundation

extension Process {
    private static let turn = NSLock()

    /// Starts the process while no other is being started.
    ///
    /// Foundation hands a socket down to each child, and takes it for alive as long as anybody holds that socket. It closes
    /// the sockets of the others in a new child, but only those that it saw before it started it; one that came up in
    /// between would keep the other process alive until the new one ends.
    ///
    /// - Throws: what `run()` throws.
    package func runInTurn() throws {
        Self.turn.lock()
        defer { Self.turn.unlock() }
        try run()
    }
}
