import FlamencoAPI
import Foundation
import System

/// How lines of the agent's log look.
package enum LogFormat: Hashable, Sendable {
    /// For people: with the time.
    case text
    /// For the journal of systemd, which adds the time itself: with the priority before it (sd-daemon(3)).
    case journal
    /// For programs: a JSON object.
    case json

    /// A line, with its line feed.
    package func line(_ entry: LogEntry) -> String {
        switch self {
        case .text: "\(entry.time.localText) \(Self.word(entry.level))\(entry.sentence)\n"
        case .journal: "<\(Self.priority(entry.level))>\(entry.sentence)\n"
        case .json: Self.object(entry) + "\n"
        }
    }

    private struct Line: Encodable {
        let time: String
        let level: String
        let message: String
        let task: String?
        let taskName: String?
        let job: String?

        enum CodingKeys: String, CodingKey {
            case time, level, message, task, job
            case taskName = "task_name"
        }
    }

    private static func object(_ entry: LogEntry) -> String {
        let line = Line(
            time: entry.time.formatted(
                Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt)),
            level: "\(entry.level)", message: entry.message, task: entry.subject?.id, taskName: entry.subject?.name,
            job: entry.subject?.job)
        // Strings can always be written.
        guard let data = try? WireJSON.encode(line) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func priority(_ level: Log.Level) -> Int {
        switch level {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }

    private static func word(_ level: Log.Level) -> String { level == .info ? "" : "\(level): " }

}

/// The formats of the agent's log as the settings spell them.
package enum LogFormatName: String, CaseIterable, Sendable {
    case auto, text, journal, json

    /// The format for what goes to a descriptor.
    ///
    /// - Parameter environment: the environment of the process, where the journal is named if there is one.
    package func format(environment: [String: String], descriptor: Int32) -> LogFormat {
        switch self {
        case .auto:
            JournalStream.isReached(by: BorrowedDescriptor(descriptor), variable: environment["JOURNAL_STREAM"])
                ? .journal : .text
        case .text: .text
        case .journal: .journal
        case .json: .json
        }
    }
}
