import FlamencoAPI
import Foundation
import System

/// The formats of the agent's log.
package enum LogFormat: Hashable, Sendable {
    /// For people: with the time.
    case text
    /// For the systemd journal, which adds the time itself: prefixed with the priority (sd-daemon(3)).
    case journal
    /// For programs: a JSON object.
    case json

    /// Formats a line, including its line feed.
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
        // Strings can always be encoded.
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

/// The names of the log formats in the settings.
package enum LogFormatName: String, CaseIterable, Sendable {
    case auto, text, journal, json

    /// Returns the format for output to a descriptor.
    ///
    /// - Parameter environment: the environment of the process, which identifies the journal if there is one.
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
