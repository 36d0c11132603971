import FileWork
package import FoundationEssentials
import Spool
import System

/// A requested pause.
package struct NodePause: Codable, Hashable, Sendable {
    /// Who requested it.
    package var by: String
    /// Why, if given.
    package var reason: String?
    package var since: Date
    /// When it ends by itself; if nil, never.
    package var until: Date?
    /// Whether the running task finishes first.
    package var afterTask = false

    /// Whether the pause has ended.
    func isOver(at date: Date) -> Bool { until.map { $0 <= date } ?? false }
}

/// A command to the agent: a line of JSON sent to its socket.
package struct NodeCommand: Codable, Hashable, Sendable {
    package enum Name: String, Codable, Sendable { case pause, resume }

    package var command: Name
    /// Who sent it.
    package var by: String
    package var reason: String?
    /// The duration of the pause; if nil, until ``Name/resume``.
    package var forSeconds: Double?
    /// Whether the running task finishes first.
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

    /// Returns the requested pause; nil if it would be too short or too long.
    func pause(from date: Date) -> NodePause? {
        if let forSeconds, !(forSeconds > 0 && forSeconds <= Self.longestPause) { return nil }
        return NodePause(
            by: VisibleText.line(by, mostBytes: 100), reason: reason.map { VisibleText.line($0, mostBytes: 400) },
            since: date, until: forSeconds.map { date + $0 }, afterTask: afterTask ?? false)
    }
}

/// The agent's answer to a command.
package struct NodeAnswer: Codable, Hashable, Sendable {
    /// Whether the command was performed.
    package var isDone: Bool
    /// One sentence without a full stop.
    package var message: String
    /// What else went wrong.
    package var warning: String?
}

/// The file in the state directory that stores the pause, so that it survives a restart of the agent.
struct PauseFile: Sendable {
    /// The path of the file.
    let path: String
    private let folder: String

    init(stateDirectory: String) {
        folder = stateDirectory
        path = stateDirectory + "/pause.json"
    }

    /// Returns the pause in effect at a date. A file that cannot be read counts as a pause, because it may contain one;
    /// blocks.
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

    /// Stores a pause or its absence; blocks.
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
