import ExecutorKit
import FlamencoAPI
import ManagerClient
import Synchronization
import System

/// Checks whether a program that tasks need exists, and its version: the one that the manager's variable of that name
/// stands for.
struct ProgramCheck: DoctorCheck {
    /// The name of the program and of its variable in jobs.
    let name: String
    let option: String
    /// Whether the worker accepts tasks that need it.
    let isNeeded: Bool
    let client: Result<ManagerClient, any Error>
    let trial: ProgramTrial

    /// Returns the checks for Blender, its Cycles devices, and FFmpeg.
    static func all(
        executors: AvailableExecutors, settings: Settings, client: Result<ManagerClient, any Error>,
        trial: ProgramTrial
    ) -> [any DoctorCheck] {
        let commands = executors.registry.summaries.filter { executor in
            executor.refusal == nil && settings.taskTypes?.contains(executor.taskType) ?? true
        }.map(\.command)
        let blender = ProgramCheck(
            name: "blender", option: "--version", isNeeded: commands.contains("blender-render"), client: client,
            trial: trial)
        return [
            blender,
            CyclesCheck(blender: blender, cyclesDevice: settings.cyclesDevice),
            ProgramCheck(
                name: "ffmpeg", option: "-version",
                isNeeded: commands.contains("frames-to-video") || commands.contains("ffmpeg"), client: client,
                trial: trial),
        ]
    }

    func run() async -> DoctorFinding {
        guard isNeeded else { return .notApplicable("not needed by the accepted tasks") }
        let variable = await value()
        let words = variable == nil ? "" : " (the manager's {\(name)})"
        do {
            var program = try await program(variable)
            program.arguments = [option]
            let outcome = try await trial.run(program)
            guard outcome.end == .exited(status: 0) else {
                return .failed(
                    "\(outcome.file)\(words) \(option) failed: \(outcome.end)", "run it and see what it prints")
            }
            return .ok("\(Self.version(in: outcome.firstLine)), \(outcome.file)")
        } catch let error as ProgramError {
            return .failed("\(error)\(words)", advice(error, variable))
        } catch {
            return .failed("\(error)\(words)", "fix this")
        }
    }

    /// Returns the program, with the arguments in the variable.
    func program(_ variable: String?) async throws -> Program {
        let exe = variable ?? name
        let isFile = try await BlockingWork.run("look at \(exe)", limit: ProgramTrial.limit) { _ in
            try exe.contains("/") && FileStatus(exe, followingLinks: true)?.kind == .file
        }
        return try Program(exe: exe, isFile: isFile)
    }

    /// Returns the manager's value of the variable, if there is one.
    func value() async -> String? {
        guard let client = try? await client.get().introduced().client else { return nil }
        let variables = try? await client.send(
            .getVariables, "workers", WorkerProfile.platform, expecting: ManagerVariables.self)
        return variables?[name]?.value
    }

    private func advice(_ error: ProgramError, _ variable: String?) -> String {
        switch error.reason {
        case .notFound:
            return variable?.contains("/") == true
                ? "install it there, or change the variable in the manager"
                : "install it, add it to the PATH of the agent, or reduce \"task_types\""
        case .notAllowed: return "add it to \"allowed_executables\", or reduce \"task_types\""
        default: return "check that the agent's user can run it"
        }
    }

    /// Extracts `Blender 4.2.1` or `ffmpeg version 5.1.6-0+deb12u1` from a longer line.
    private static func version(in line: String) -> String {
        let parts = line.split(separator: " ")
        guard let index = parts.firstIndex(where: { $0.first?.isNumber == true }) else { return line }
        return parts[...index].joined(separator: " ")
    }
}

/// Checks whether programs can run at all: through the supervisor, with the limits, the user and the cgroup in the
/// settings.
struct SupervisorCheck: DoctorCheck {
    let trial: ProgramTrial

    let name = "supervisor"

    func run() async -> DoctorFinding {
        do {
            // Whether the operator allows this program does not matter here.
            let outcome = try await trial.withoutPolicy.run(Program("true"))
            guard outcome.end == .exited(status: 0) else {
                return .failed(
                    "\(outcome.file) failed under task-supervisor: \(outcome.end)",
                    "check whether the limits in the settings are too low")
            }
            return .ok("can run programs")
        } catch is SupervisorMissingError {
            return .failed(
                "task-supervisor is missing", "install it beside flamenco-agent, or in ../libexec/flamenco-agent")
        } catch {
            return .failed("\(error)", "fix this: tasks cannot run programs")
        }
    }
}

/// Runs a program like one of a task, to check whether that works.
struct ProgramTrial: Sendable {
    var programs: Result<ProgramRunner, any Error>

    static let limit = Duration.seconds(15)

    /// The result of a run.
    struct Outcome {
        /// The file that was run.
        let file: String
        /// The beginning of its output.
        let lines: [String]
        /// The first line of its output.
        var firstLine: String { lines.first ?? "" }
        let end: ProgramEnd
    }

    /// Runs the program, for a few seconds at most.
    ///
    /// - Throws: why it cannot be run, in one sentence.
    func run(_ program: Program, limit: Duration = limit) async throws -> Outcome {
        let programs = try programs.get()
        var program = program
        program.timeLimit = limit
        let lines = Mutex<[String]>([])
        let result = try await programs.run(program, sink: .discarding) { line in
            lines.withLock { if $0.count < 1000, !line.bytes.isEmpty { $0.append(line.text) } }
        }
        let environment = programs.environment(of: program)
        let folder = programs.defaults.workingDirectory
        let file = try await BlockingWork.run("look at \(program.executable)", limit: Self.limit) { [program] _ in
            try program.findExecutable(environment: environment, workingDirectory: folder)
        }
        return Outcome(file: file, lines: lines.withLock(\.self), end: result.end)
    }

    /// The same trial without the operator's policy, for programs that it does not apply to.
    var withoutPolicy: ProgramTrial {
        ProgramTrial(
            programs: programs.map { programs in
                var programs = programs
                programs.policy = NodePolicy()
                return programs
            })
    }
}
