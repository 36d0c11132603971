/// The systemd journal, where a line can start with its priority: sd-daemon(3).
package enum JournalStream {
    /// The prefix of error messages.
    package static let errorPrefix = "<3>"

    /// Returns whether a descriptor is connected to the journal.
    ///
    /// The variable contains its device and inode (systemd.exec(5)), and is also inherited by processes whose output
    /// was redirected.
    ///
    /// - Parameter variable: `JOURNAL_STREAM` from the environment.
    package static func isReached(by descriptor: BorrowedDescriptor, variable: String?) -> Bool {
        guard let variable, let status = try? descriptor.status() else { return false }
        return variable == "\(status.device):\(status.number)"
    }
}

// MARK: Terminals

extension OpenDescriptor where Self: ~Copyable {
    /// Whether it is a terminal.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// The width of the terminal in characters; nil if it is not a terminal, or the width is unknown.
    package var columns: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
