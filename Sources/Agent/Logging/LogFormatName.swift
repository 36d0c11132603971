import Wording

/// The formats of the agent's log as the settings spell them.
package enum LogFormatName: String, CaseIterable, Sendable {
    case auto, text, journal, json

    /// The format for what goes to a descriptor.
    ///
    /// - Parameter environment: the environment of the process, where the journal is named if there is one.
    package func format(environment: [String: String], descriptor: Int32) -> LogFormat {
        switch self {
        case .auto:
            JournalStream.isReached(by: descriptor, variable: environment["JOURNAL_STREAM"]) ? .journal : .text
        case .text: .text
        case .journal: .journal
        case .json: .json
        }
    }
}
