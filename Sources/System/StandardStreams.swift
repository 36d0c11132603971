/// The journal of systemd, where a line begins with its priority: sd-daemon(3).
package enum JournalStream {
    /// What stands before a line that says what is wrong.
    package static let errorPrefix = "<3>"

    /// Whether a descriptor leads to the journal.
    ///
    /// The variable has its device and inode (systemd.exec(5)), and is inherited by those whose output was sent elsewhere.
    ///
    /// - Parameter variable: `JOURNAL_STREAM` of the environment.
    package static func isReached(by descriptor: BorrowedDescriptor, variable: String?) -> Bool {
        guard let variable, let status = try? descriptor.status() else { return false }
        return variable == "\(status.device):\(status.number)"
    }
}

// MARK: Terminals

extension OpenDescriptor where Self: ~Copyable {
    /// Whether it leads to a terminal.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// How many characters fit into a line of the terminal; nil where there is none, or it does not say.
    package var columns: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
