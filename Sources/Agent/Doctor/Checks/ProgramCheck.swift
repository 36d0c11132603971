import ExecutorKit
import FlamencoAPI
import ManagerClient

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
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(where: { $0.first?.isNumber == true }) else { return line }
        return words[...index].joined(separator: " ")
    }
}
