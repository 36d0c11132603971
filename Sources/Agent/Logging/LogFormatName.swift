#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The formats of the agent's log as the settings spell them.
package enum LogFormatName: String, CaseIterable, Sendable {
    case auto, text, journal, json

    /// The format for what goes to a descriptor.
    ///
    /// - Parameter environment: the environment of the process, where the journal is named if there is one.
    package func format(environment: [String: String], descriptor: Int32) -> LogFormat {
        switch self {
        case .auto: Self.isJournal(environment["JOURNAL_STREAM"], descriptor) ? .journal : .text
        case .text: .text
        case .journal: .journal
        case .json: .json
        }
    }

    /// Whether a descriptor leads to the journal: the variable has its device and inode (systemd.exec(5)), and is inherited
    /// by those whose output was sent elsewhere.
    private static func isJournal(_ variable: String?, _ descriptor: Int32) -> Bool {
        guard let variable else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return variable == "\(status.st_dev):\(status.st_ino)"
    }
}
