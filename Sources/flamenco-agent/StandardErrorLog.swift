import Agent
import Foundation

/// The agent's log on standard error, in the format that the settings say, or that fits what standard error is.
enum StandardErrorLog {
    /// - Parameter alsoTelling: gets every line too.
    static func log(
        _ settings: Settings, alsoTelling: @escaping @Sendable (LogEntry) -> Void = { _ in }
    ) -> Log {
        let format = settings.logFormat.format(
            environment: ProcessInfo.processInfo.environment, descriptor: STDERR_FILENO)
        return Log(minimum: settings.logLevel.level) { entry in
            // A reader that went away must not end the agent.
            try? FileHandle.standardError.write(contentsOf: Data(format.line(entry).utf8))
            alsoTelling(entry)
        }
    }
}
