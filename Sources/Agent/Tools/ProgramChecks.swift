import ExecutorKit
import FlamencoAPI
import ManagerClient
import Synchronization
import System

/// Whether a program that tasks need is there, and which version: what the manager's variable of that name stands for.
struct ProgramCheck: DoctorCheck {
    /// The program, and the variable that stands for it in jobs.
    let name: String
    let option: String
    /// Whether tasks that need it are taken.
    let isNeeded: Bool
    let client: Result<ManagerClient, any Error>
    let trial: ProgramTrial

    /// Blender and FFmpeg.
    static func all(
        executors: AvailableExecutors, taskTypes: [String]?, client: Result<ManagerClient, any Error>,
        trial: ProgramTrial
    ) -> [any DoctorCheck] {
        let commands = executors.registry.summaries.filter { executor in
            executor.refusal == nil && taskTypes?.contains(executor.taskType) ?? true
        }.map(\.command)
        return [
            ProgramCheck(
                name: "blender", option: "--version", isNeeded: commands.contains("blender-render"), client: client,
                trial: trial),
            ProgramCheck(
                name: "ffmpeg", option: "-version",
                isNeeded: commands.contains("frames-to-video") || commands.contains("ffmpeg"), client: client,
                trial: trial),
        ]
    }

    func run() async -> DoctorFinding {
        guard isNeeded else { return .notApplicable("no task that needs it is taken") }
        let variable = await value()
        let words = variable == nil ? "" : " (the manager's {\(name)})"
        do {
            let exe = variable ?? name
            let isFile = try await BlockingWork.run("look at \(exe)", limit: ProgramTrial.limit) { _ in
                try exe.contains("/") && FileStatus(exe, followingLinks: true)?.kind == .file
            }
            var program = try Program(exe: exe, isFile: isFile)
            program.arguments = [option]
            let outcome = try await trial.run(program)
            guard outcome.end == .exited(status: 0) else {
                return .failed(
                    "\(outcome.file)\(words) \(option) failed: \(outcome.end)", "see what it says when you call it")
            }
            return .ok("\(Self.version(in: outcome.firstLine)), \(outcome.file)")
        } catch let error as ProgramError {
            return .failed("\(error)\(words)", advice(error, variable))
        } catch {
            return .failed("\(error)\(words)", "mend that")
        }
    }

    /// What the manager has for it, if it says so.
    private func value() async -> String? {
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
                : "install it, put it into the PATH of the agent, or narrow “task_types”"
        case .notAllowed: return "add it to “allowed_executables”, or narrow “task_types”"
        default: return "see whether the agent's user can run it"
        }
    }

    /// `Blender 4.2.1`, `ffmpeg version 5.1.6-0+deb12u1` of longer lines.
    private static func version(in line: String) -> String {
        let parts = line.split(separator: " ")
        guard let index = parts.firstIndex(where: { $0.first?.isNumber == true }) else { return line }
        return parts[...index].joined(separator: " ")
    }
}

/// Whether programs can be run at all: through the supervisor, with the limits, the user and the cgroup of the settings.
struct SupervisorCheck: DoctorCheck {
    let trial: ProgramTrial

    let name = "supervisor"

    func run() async -> DoctorFinding {
        do {
            var trial = trial
            // Whether the operator allows it is of no interest here.
            trial.programs = trial.programs.map { programs in
                var programs = programs
                programs.policy = NodePolicy()
                return programs
            }
            let outcome = try await trial.run(Program("true"))
            guard outcome.end == .exited(status: 0) else {
                return .failed(
                    "\(outcome.file) failed below it: \(outcome.end)",
                    "see whether the limits of the settings leave programs enough")
            }
            return .ok("runs programs")
        } catch is SupervisorMissingError {
            return .failed(
                "task-supervisor is missing", "install it beside flamenco-agent, or in ../libexec/flamenco-agent")
        } catch {
            return .failed("\(error)", "mend that: no program of a task can be run")
        }
    }
}

/// Runs a program as those of tasks are run, to see whether it can be.
struct ProgramTrial: Sendable {
    var programs: Result<ProgramRunner, any Error>

    static let limit = Duration.seconds(15)

    /// What came of it.
    struct Outcome {
        /// Which file was run.
        let file: String
        /// The first line that it printed.
        let firstLine: String
        let end: ProgramEnd
    }

    /// Runs it; it has some seconds.
    ///
    /// - Throws: why it cannot be run, in one sentence.
    func run(_ program: Program) async throws -> Outcome {
        let programs = try programs.get()
        var program = program
        program.timeLimit = Self.limit
        let first = FirstLine()
        let result = try await programs.run(program, sink: .discarding) { first.note($0.text) }
        let defaults = programs.defaults
        let file = try await BlockingWork.run("look at \(program.executable)", limit: Self.limit) { [program] _ in
            try program.findExecutable(
                environment: defaults.environment, workingDirectory: defaults.workingDirectory)
        }
        return Outcome(file: file, firstLine: first.text, end: result.end)
    }

    private final class FirstLine: Sendable {
        private let line = Mutex("")

        var text: String { line.withLock(\.self) }

        func note(_ text: String) { line.withLock { if $0.isEmpty { $0 = text } } }
    }
}
