import ExecutorKit
import FlamencoAPI
package import FoundationEssentials
import System

/// Asks the agent that uses a state directory for its status, and sends it commands.
package struct StatusQuestion: Sendable {
    /// The state directory.
    package let stateDirectory: String
    /// The time limit for the answer.
    package let limit: Duration

    private static let longestAnswer = 4 << 20

    package init(stateDirectory: String, limit: Duration = .seconds(5)) {
        self.stateDirectory = stateDirectory
        self.limit = limit
    }

    /// Asks for the status of the agent; blocks.
    ///
    /// - Throws: ``StatusQuestionError``.
    package func ask() throws(StatusQuestionError) -> AgentStatus {
        let answer = try answer()
        guard let status = try? AgentStatus(json: answer) else { throw StatusQuestionError(stateDirectory, .nonsense) }
        return status
    }

    /// Asks for the status as indented JSON, with the fields of the agent's version, which may differ from this one;
    /// blocks.
    ///
    /// - Throws: ``StatusQuestionError``.
    package func askForJSON() throws(StatusQuestionError) -> Data {
        let answer = try answer()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let status = try? WireJSON.decode([String: JSONValue].self, from: answer),
            let json = try? encoder.encode(status)
        else { throw StatusQuestionError(stateDirectory, .nonsense) }
        return json
    }

    /// Sends a command to the agent; blocks.
    ///
    /// - Throws: ``StatusQuestionError``.
    package func give(_ command: NodeCommand) throws(StatusQuestionError) -> NodeAnswer {
        guard let line = try? SocketJSON.encode(command) else { throw StatusQuestionError(stateDirectory, .nonsense) }
        // An agent sends its status if the command arrives late, which can happen on a busy machine; an older one
        // always does.
        for _ in 0..<3 {
            let reply = try answer(to: Array(line))
            if let answer = try? SocketJSON.decode(NodeAnswer.self, from: reply) { return answer }
        }
        throw StatusQuestionError(stateDirectory, .tooOld)
    }

    private func answer(to line: [UInt8] = []) throws(StatusQuestionError) -> Data {
        let socket: Descriptor
        do throws(SystemError) {
            socket = try UnixSocket.connected(to: StatusSocket.name, in: stateDirectory)
        } catch {
            throw failure(error.number)
        }
        // An older agent closes the connection without reading the command.
        try? socket.sendAll(line + [UInt8(ascii: "\n")])
        var answer = Data()
        let elapsed = ContinuousClock().stopwatch()
        while answer.count < Self.longestAnswer {
            var waiting = PollList()
            waiting.add(socket, .input)
            let left = limit - elapsed()
            guard left > .zero else { throw silence() }
            // A signal, or the end of the time.
            guard waiting.wait(atMost: left) else { continue }
            guard let bytes = try? socket.read(atMost: 64 << 10), !bytes.isEmpty else { break }
            answer += bytes
        }
        if answer.isEmpty { throw StatusQuestionError(stateDirectory, .refused) }
        return answer
    }

    private func silence() -> StatusQuestionError {
        StatusQuestionError(stateDirectory, .silent(pid: StateDirectory.holder(of: stateDirectory)))
    }

    private func failure(_ number: Int32) -> StatusQuestionError {
        switch number {
        case EACCES, EPERM: return StatusQuestionError(stateDirectory, .forbidden(owner: owner))
        case ENOENT, ECONNREFUSED, ENOTDIR:
            // An agent may be running without a socket: it could not create it, or is about to.
            guard let pid = StateDirectory.holder(of: stateDirectory) else {
                return StatusQuestionError(stateDirectory, .noAgent)
            }
            return StatusQuestionError(stateDirectory, .silent(pid: pid))
        default: return StatusQuestionError(stateDirectory, .system(number))
        }
    }

    /// The owner of the state directory, or of the first folder above it that is visible.
    private var owner: String? {
        var path = stateDirectory
        while true {
            if let status = try? FileStatus(of: path) { return SystemUser.name(of: status.owner) }
            guard let parent = path.lastIndex(of: "/"), parent > path.startIndex else { return nil }
            path = String(path[..<parent])
        }
    }
}

/// Why an agent did not report its status.
package struct StatusQuestionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of problem.
    package enum Reason: Hashable, Sendable {
        /// No agent is running.
        case noAgent
        /// This user may not ask; the agent may run as this owner.
        case forbidden(owner: String?)
        /// The agent closed the connection.
        case refused
        /// The agent is running, with this pid if known, but does not answer.
        case silent(pid: Int32?)
        /// The answer is not a status.
        case nonsense
        /// The agent does not support commands.
        case tooOld
        case system(Int32)
    }

    package let stateDirectory: String
    package let reason: Reason

    init(_ stateDirectory: String, _ reason: Reason) {
        self.stateDirectory = stateDirectory
        self.reason = reason
    }

    /// One sentence without a full stop.
    package var description: String {
        switch reason {
        case .noAgent:
            "no agent is running with the state directory \(stateDirectory)"
        case .forbidden(let owner):
            "the state directory \(stateDirectory) is not accessible to this user: run this as the agent's user"
                + (owner.map { ", for example with \"sudo -u \($0)\"" } ?? "")
        case .refused:
            "the agent of the state directory \(stateDirectory) closed the connection: it does not answer programs of its own tasks"
        case .silent(let pid):
            "the agent of the state directory \(stateDirectory)" + (pid.map { ", process \($0)," } ?? "")
                + " is running, but does not report its status"
        case .nonsense:
            "invalid answer from the agent of the state directory \(stateDirectory): it may be another version"
        case .tooOld:
            "the agent of the state directory \(stateDirectory) does not accept commands: it is older than this program"
        case .system(let number):
            "cannot ask the agent of the state directory \(stateDirectory): "
                + SystemError(number).description
        }
    }
}
