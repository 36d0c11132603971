import Agent
import CommandLineOptions
import Foundation

/// The agent's log on standard error, in the format that is set, or that fits where standard error goes.
///
/// A slow reader blocks nothing: see `LineWriter`.
enum StandardErrorLog {
    /// - Parameter alsoTelling: receives every line too.
    static func log(
        _ settings: Settings, alsoTelling: @escaping @Sendable (LogEntry) -> Void = { _ in }
    ) -> Log {
        let format = settings.logFormat.format(
            environment: ProcessInfo.processInfo.environment, descriptor: STDERR_FILENO)
        let writer = LineWriter.standardError
        writer.reportDrops { count in
            format.line(LogEntry(time: .now, level: .warning, message: LineWriter.text(dropped: count)))
        }
        return Log(minimum: settings.logLevel.level) { entry in
            writer.write(format.line(entry))
            alsoTelling(entry)
        }
    }
}
