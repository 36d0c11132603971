import Agent
import Foundation

/// The agent's log on standard error: with the time on a terminal or in a file, with priorities in the journal.
enum StandardErrorLog {
    static func log(level: LogLevelName) -> Log {
        // systemd.exec(5): set when standard error is connected to the journal, which adds the time itself.
        let isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
        return Log(minimum: level.level) { level, message in
            let line = isJournal ? "<\(priority(level))>\(message)\n" : "\(timestamp()) \(word(level))\(message)\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
    }

    /// sd-daemon(3).
    private static func priority(_ level: Log.Level) -> Int {
        switch level {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }

    private static func word(_ level: Log.Level) -> String {
        switch level {
        case .debug: "debug: "
        case .info: ""
        case .warning: "warning: "
        case .error: "error: "
        }
    }

    private static func timestamp() -> String {
        Date().formatted(
            Date.ISO8601FormatStyle(timeZone: .current).year().month().day().dateTimeSeparator(.space)
                .time(includingFractionalSeconds: false))
    }
}
