import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import Spool
import System

/// Runs one command on this machine without a manager.
struct TryCommand: Subcommand {
    static let name = "try"
    static let summary = "Runs one command on this machine without a manager"
    static let details = [
        "The command runs as in a task: with the same user, environment, limits, sandbox and hooks. `flamenco-agent executors` lists"
            + " the commands and their parameters."
    ]
    static let operands = "COMMAND"
    static let operandCompletion = ValueCompletion.lines(["executors", "--names"])
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "the command succeeded"), ExitStatus(ExitCode.failure, "the command failed"),
        ExitStatus(stopped, "stopped by a signal"),
    ]
    static let examples = [
        CommandExample("try echo --param message=hello", "Run a command with one parameter"),
        CommandExample("try exec --param exe=env", "Print the environment that programs get"),
    ]
    static let options =
        SettingsOptions.programs + [
            CommandOption(
                "--param", value: "NAME=VALUE", help: "parameter of the command, as JSON or text", isRepeatable: true,
                synonyms: ["--parameter", "--set", "-p"]),
            CommandOption("--json", value: "PATH", help: "file with the parameters as a JSON object"),
        ]

    /// 128 + SIGINT, as in shells.
    private static let stopped: Int32 = 130

    /// More than any command reports.
    private static let mostSteps = 1_000_000

    private let command: Command
    private let registry: ExecutorRegistry
    private let settings: Settings
    private let stateDirectory: String

    init(_ arguments: ParsedArguments) throws {
        stateDirectory = try SettingsOptions.stateDirectory(from: arguments)
        settings = try SettingsOptions.settings(from: arguments, needsManager: false)
            .withAcceptedManager(in: stateDirectory, isNeeded: false)
        let available = try AvailableExecutors(
            builtIn: BuiltinExecutors.all(settings.executors),
            settings: settings.executors, stateDirectory: stateDirectory)
        registry = available.registry
        available.problems.forEach { Console.note("left out: \($0)") }
        available.warnings.forEach { Console.note("warning: \($0)") }
        guard let name = arguments.positional.first else {
            throw UsageError("\"try\" needs a command: one of \(registry.commandNames.joined(separator: ", "))")
        }
        if let surplus = arguments.positional.dropFirst().first {
            throw UsageError(
                "\"try\" runs one command, but also got \"\(surplus)\"; parameters are given as \"--param NAME=VALUE\"")
        }
        var parameters = try arguments.value("--json").map(Self.parameters(in:)) ?? [:]
        for text in arguments.all("--param") {
            let (name, value) = try KeyAndValue.split(text, option: "--param")
            let json = try? WireJSON.decode(JSONValue.self, from: Data(value.utf8))
            parameters[name] = json ?? .string(value)
        }
        // Each step is shown.
        command = Command(name: name, parameters: parameters, totalStepCount: Self.mostSteps)
    }

    func run() async throws -> Int32 {
        if let problem = StateDirectory.diskProblem(of: stateDirectory) { throw problem }
        if settings.debugDumpable { OwnMemory.show() }
        OwnChildren.adoptStrays()
        let log = Log(minimum: .warning) { Console.note($0.message) }
        var programs = try ProgramRunner(
            settings, environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.temporaryDirectory.path, stateDirectory: stateDirectory,
            groups: try ProgramGroups.open(settings, log: log), clock: ContinuousClock())
        // There is no next task.
        programs.defaults.keepsOpen = nil
        try await settings.prepareSandbox(of: programs)
        if let weakness = Settings.weakness(ofSandboxFor: programs.defaults) { Console.note("\(weakness)") }
        let executor = try registry.executor(for: command.name)
        let runner = TaskRunner(executors: registry, programs: programs, clock: ContinuousClock())
        let task = AssignedTask(
            uuid: UUID().uuidString.lowercased(), job: UUID().uuidString.lowercased(), name: "try", status: .active,
            priority: 50, jobPriority: 50, jobType: "try", taskType: executor.taskType, commands: [command],
            stepsTotal: Self.mostSteps)
        let view = TerminalView()
        let sink = CommandSink(view.show)
        let hooks = HookRunner(settings.hooks, programs: programs, log: log)
        let attempt = Task {
            let result: Result<Void, any Error>
            do {
                try await hooks.beforeTask(task, sink: sink)
                result = .success(try await runner.run(task, sink: sink))
            } catch {
                result = .failure(error)
            }
            await hooks.afterTask(task, Self.outcome(of: result), sink: sink)
            try result.get()
        }
        let forcedEnd = ForcedEnd()
        forcedEnd.kills(programs)
        let signals = TerminationSignals { _ in
            // A second signal ends it by force.
            if attempt.isCancelled { forcedEnd.begin(status: Self.stopped) }
            attempt.cancel()
        }
        let result = await attempt.result
        view.finish()
        withExtendedLifetime(signals) {}
        do {
            try result.get()
            return ExitCode.success
        } catch let error as TaskFailedError {
            throw CommandError(error.reason)
        } catch let error as TaskGivenBackError {
            throw CommandError("returned to the manager: \(error.reason)")
        } catch {
            return Self.stopped
        }
    }

    /// The outcome that hooks receive.
    private static func outcome(of result: Result<Void, any Error>) -> TaskOutcome {
        switch result {
        case .success: .completed
        case .failure(let error as TaskFailedError): .failed(reason: error.reason)
        case .failure(let error as TaskGivenBackError): .givenBack(reason: error.reason)
        case .failure: .interrupted(reason: "stopped")
        }
    }

    private static func parameters(in path: String) throws -> [String: JSONValue] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("cannot read the parameters in \(path)")
        }
        do {
            return try WireJSON.decode([String: JSONValue].self, from: data)
        } catch {
            throw UsageError("\(path) should be a JSON object with the parameters: \(error)")
        }
    }
}
