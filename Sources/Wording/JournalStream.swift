#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The journal of systemd, where a line begins with its priority: sd-daemon(3).
public enum JournalStream {
    /// What stands before a line that says what is wrong.
    public static let errorPrefix = "<3>"

    /// Whether a descriptor leads to the journal.
    ///
    /// The variable has its device and inode (systemd.exec(5)), and is inherited by those whose output was sent elsewhere.
    ///
    /// - Parameter variable: `JOURNAL_STREAM` of the environment.
    public static func isReached(by descriptor: Int32, variable: String?) -> Bool {
        guard let variable else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return variable == "\(status.st_dev):\(status.st_ino)"
    }
}
