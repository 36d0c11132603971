package import ExecutorKit
import Synchronization
import System

/// Asks logind whether this machine is in use (loginctl(1), org.freedesktop.login1(5)).
package struct IdleHint: Sendable {
    /// The interval between queries.
    static let interval = Duration.seconds(60)
    private static let limit = Duration.seconds(10)
    private static let problem = "loginctl does not report whether this machine is idle"

    private let programs: ProgramRunner

    /// - Parameter programs: runs `loginctl`, separately from the programs of tasks.
    package init(programs: ProgramRunner) {
        var programs = programs.apart
        programs.policy = NodePolicy()
        (programs.defaults.user, programs.defaults.sandbox) = (nil, nil)
        programs.defaults.silenceLimit = nil
        programs.defaults.workingDirectory = "/"
        self.programs = programs
    }

    /// Queries logind.
    ///
    /// - Throws: ``SettingsError`` if this machine has no logind.
    @discardableResult
    package func require() async throws(SettingsError) -> MachineUse {
        let use = await ask()
        guard case .failed(let problem, mayPass: false) = use else { return use }
        throw SettingsError("\"\(SettingDeclarations.declared.onlyWhenIdle.name)\" needs logind: \(problem)")
    }

    /// Queries logind; takes a few seconds at most.
    package func ask() async -> MachineUse {
        let lines = Mutex<[String]>([])
        // Without a session, these are the properties of logind itself, for all sessions.
        let properties = ["IdleHint", "IdleSinceHintMonotonic", "NCurrentSessions"]
        let program = Program(
            "loginctl", ["show-session"] + properties.map { "--property=\($0)" }, environment: ["LC_ALL": "C.UTF-8"],
            gracePeriod: .seconds(1), timeLimit: Self.limit)
        do {
            let result = try await programs.run(program, sink: .discarding) { line in
                lines.withLock { if $0.count < 100 { $0.append(line.text) } }
            }
            guard result.end == .exited(status: 0) else {
                let words = result.lastLines.last.map { ": \($0)" } ?? ""
                return .failed(
                    "\(Self.problem): \(result.end)\(words)", mayPass: result.end == .timeLimit(Self.limit))
            }
            return Self.use(lines.withLock(\.self), at: MonotonicTime.now)
        } catch {
            return .failed("\(Self.problem): \(error)", mayPass: false)
        }
    }

    /// Interprets lines such as `IdleHint=yes`.
    ///
    /// - Parameter time: the time of the monotonic clock.
    static func use(_ lines: [String], at time: Duration) -> MachineUse {
        let fields = lines.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
        let values = Dictionary(fields.map { ($0[0], $0[1]) }) { $1 }
        let nobody = MachineUse.idle(time)
        if values["NCurrentSessions"] == "0" { return nobody }
        switch values["IdleHint"] {
        case "no": return .used
        case "yes":
            guard let since = values["IdleSinceHintMonotonic"].flatMap({ Int64($0) }), since > 0 else { return nobody }
            return .idle(max(.zero, time - .microseconds(since)))
        default: return .failed("\(problem): its output has no \"IdleHint\"", mayPass: false)
        }
    }
}
