import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import Spool
import System

/// Runs one command on this machine, without a manager.
struct TryCommand: Subcommand {
    static let name = "try"
    static let summary = "Runs one command on this machine without a manager, as the agent would"
    static let operands = "COMMAND"
    static let options =
        SettingsOptions.programs + [
            CommandOption(
                "--param", value: "NAME=VALUE", help: "a parameter; a value that is JSON is taken as that",
                isRepeatable: true),
            CommandOption("--json", value: "FILE", help: "a file with the parameters as a JSON object"),
        ]

    /// 128 + SIGINT, as shells have it.
    private static let stopped: Int32 = 130

    /// More than any command has.
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
        // Somebody who tries a command wants to know why it is not there.
        (available.problems + available.warnings).forEach { Console.note("\($0)") }
        guard let name = arguments.positional.first else {
            throw UsageError("“try” needs a command: one of \(registry.commandNames.joined(separator: ", "))")
        }
        if let surplus = arguments.positional.dropFirst().first {
            throw UsageError("“try” runs one command, and takes no “\(surplus)” behind it; see --param")
        }
        var parameters = try arguments.value("--json").map(Self.parameters(in:)) ?? [:]
        for text in arguments.all("--param") {
            let (name, value) = try KeyAndValue.split(text, option: "--param")
            let json = try? WireJSON.decode(JSONValue.self, from: Data(value.utf8))
            parameters[name] = json ?? .string(value)
        }
        // Whoever tries a command wants to see each of its steps.
        command = Command(name: name, parameters: parameters, totalStepCount: Self.mostSteps)
    }

    func run() async throws -> Int32 {
        if let problem = StateDirectory.diskProblem(of: stateDirectory) { throw problem }
        if settings.debugDumpable { OwnMemory.show() }
        OwnChildren.adoptStrays()
        let log = Log(minimum: .warning) { Console.note($0.message) }
        let programs = try ProgramRunner(
            settings, environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.temporaryDirectory.path, stateDirectory: stateDirectory,
            groups: try ProgramGroups.open(settings, log: log), clock: ContinuousClock())
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
            // The second one does not want to wait any longer.
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
            throw CommandError("given back: \(error.reason)")
        } catch {
            return Self.stopped
        }
    }

    /// What hooks are told of it.
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
            throw UsageError("\(path) should hold a JSON object with the parameters: \(error)")
        }
    }
}
