import FileWork
package import FoundationEssentials
import Spool
import System

/// A pause that somebody asked for.
package struct NodePause: Codable, Hashable, Sendable {
    /// Who asked.
    package var by: String
    /// Why, if they said it.
    package var reason: String?
    package var since: Date
    /// When it ends by itself; never when absent.
    package var until: Date?
    /// Whether the task that runs comes to its end first.
    package var afterTask = false

    /// Whether the pause has ended.
    func isOver(at date: Date) -> Bool { until.map { $0 <= date } ?? false }
}

/// What somebody at the machine asks of the agent: a line of JSON to its socket.
package struct NodeCommand: Codable, Hashable, Sendable {
    package enum Name: String, Codable, Sendable { case pause, resume }

    package var command: Name
    /// Who asks.
    package var by: String
    package var reason: String?
    /// How long a pause lasts; until ``Name/resume`` when absent.
    package var forSeconds: Double?
    /// Whether the running task comes to its end first.
    package var afterTask: Bool?

    /// Ten years.
    private static let longestPause = 3650.0 * 86400

    package init(
        _ command: Name, by: String, reason: String? = nil, for time: Duration? = nil, afterTask: Bool = false
    ) {
        self.command = command
        self.by = by
        self.reason = reason
        forSeconds = time?.seconds
        self.afterTask = afterTask
    }

    /// The pause that is asked for; nothing when it would be too short or too long.
    func pause(from date: Date) -> NodePause? {
        if let forSeconds, !(forSeconds > 0 && forSeconds <= Self.longestPause) { return nil }
        return NodePause(
            by: VisibleText.line(by, mostBytes: 100), reason: reason.map { VisibleText.line($0, mostBytes: 400) },
            since: date, until: forSeconds.map { date + $0 }, afterTask: afterTask ?? false)
    }
}

/// What an agent answers to a command.
package struct NodeAnswer: Codable, Hashable, Sendable {
    /// Whether it did what was asked.
    package var isDone: Bool
    /// One sentence without a full stop.
    package var message: String
    /// What went wrong besides.
    package var warning: String?
}

/// The file in the state directory that has the pause while there is one, so that it survives a restart of the agent.
struct PauseFile: Sendable {
    /// Where it is.
    let path: String
    private let folder: String

    init(stateDirectory: String) {
        folder = stateDirectory
        path = stateDirectory + "/pause.json"
    }

    /// The pause that holds at a date. A file that cannot be read may be one, so it counts as a pause; blocks.
    func pause(at date: Date) -> NodePause? {
        do throws(FileError) {
            let bytes = try SpoolFiles().open(path, .read).readAll()
            guard let pause = try? SocketJSON.decode(NodePause.self, from: Data(bytes)) else {
                return unreadable("it does not contain a pause", date)
            }
            return pause.isOver(at: date) ? nil : pause
        } catch {
            return error.isAbsence ? nil : unreadable(error.problem, date)
        }
    }

    private func unreadable(_ problem: String, _ date: Date) -> NodePause {
        NodePause(by: "somebody", reason: "\(path) cannot be read: \(problem)", since: date)
    }

    /// Stores a pause, or that there is none; blocks.
    func store(_ pause: NodePause?) throws(FileError) {
        let files = SpoolFiles()
        guard let pause, let data = try? SocketJSON.encode(pause) else {
            do throws(FileError) { try files.remove(path) } catch { if !error.isAbsence { throw error } }
            return
        }
        try files.replace(path, with: Array(data))
        try files.synchroniseFolder(folder)
    }
}
