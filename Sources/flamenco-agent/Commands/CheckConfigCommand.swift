import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import Foundation

/// Prints the settings in effect and where each came from.
struct CheckConfigCommand: Subcommand {
    static let name = "check-config"
    static let summary = "Checks the settings, and prints each with its value and source"
    static let options =
        [CommandOption("--init", help: "only prints a settings file with every setting as a comment")]
        + SettingsOptions.all
    static let details = [
        "It also lists the checks of results, whose outcome `log_rules` can change. The exit status is 78 if a setting is wrong."
    ]
    static let examples = [
        CommandExample("check-config", "Check the settings that an agent would start with"),
        CommandExample("check-config --init > settings.json5", "Write a template with every setting as a comment"),
    ]

    /// The check; absent when a template is to be printed.
    private let check: Check?

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        check = arguments.has("--init") ? nil : try Check(arguments)
    }

    func run() async throws -> Int32 {
        guard let check else {
            Console.write(SettingsText.everySetting)
            return ExitCode.success
        }
        return try await check.run()
    }
}

/// The check of the settings.
private struct Check {
    private let settings: Settings
    private let stateDirectory: String
    private let diskPath: String

    init(_ arguments: ParsedArguments) throws {
        settings = try SettingsOptions.settings(from: arguments)
        let environment = ProcessInfo.processInfo.environment
        let temporary = StateDirectory.temporaryFolder(environment: environment)
        diskPath =
            settings.isEphemeral
            ? temporary : try StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment)
        stateDirectory = settings.isEphemeral ? "a temporary folder in \(temporary)" : diskPath
    }

    func run() async throws -> Int32 {
        let executors = try checkedExecutors()
        settings.warnings.forEach { Console.note("warning: \($0)") }
        let manager = try settings.withAcceptedManager(in: diskPath).managerURL
        let rows = settings.effective.map { setting in
            let value =
                switch setting.name {
                case "state_dir": stateDirectory
                case "manager_url" where settings.needsAcceptedManager: "\(setting.value): \(manager)"
                default: setting.value
                }
            return [setting.name, value, setting.source.description]
        }
        TextTable.lines(rows).forEach { Console.line($0) }
        printChecks(executors)
        try settings.requireCAFile()
        if let problem = StateDirectory.diskProblem(of: diskPath) { throw problem }
        if settings.onlyWhenIdle != nil { try await IdleHint(programs: programs()).require() }
        if let problem = executors.problems.first(where: { $0.path == "\"log_rules\"" }) {
            throw SettingsError("\(problem)")
        }
        return ExitCode.success
    }

    private func printChecks(_ executors: AvailableExecutors) {
        let rules = settings.executors.logRules
        Console.line("")
        Console.line("checks of results, whose outcome \"log_rules\" can change:")
        let checks = executors.checks.map { [$0.name, rules.outcome(of: $0).rawValue, $0.purpose] }
        TextTable.lines(checks).forEach { Console.line($0) }
        for rule in rules.slow {
            Console.note(
                "warning: \"log_rules\": \"\(rule.pattern.text)\" is slow: without three characters of fixed text "
                    + "it is tried on every line")
        }
    }

    /// Runs programs, in the working directory that ``RunCommand`` uses.
    private func programs() throws -> ProgramRunner {
        let state = settings.isEphemeral ? nil : diskPath
        return try ProgramRunner(
            settings, environment: ProcessInfo.processInfo.environment,
            workingDirectory: state.map(StateDirectory.workFolder) ?? diskPath, stateDirectory: state, groups: nil,
            clock: ContinuousClock())
    }

    /// Checks that the sandbox that is set can be made.
    private func checkSandbox() throws {
        if settings.sandbox == .off { return }
        let programs = try programs()
        if let sandbox = programs.defaults.sandbox { try settings.checkPlaces(of: sandbox) }
        if let weakness = Settings.weakness(ofSandboxFor: programs.defaults) { Console.note("warning: \(weakness)") }
    }

    /// The executors, after the same checks as in ``RunCommand``.
    private func checkedExecutors() throws -> AvailableExecutors {
        let executors = try AvailableExecutors(
            builtIn: BuiltinExecutors.all(settings.executors),
            settings: settings.executors,
            stateDirectory: settings.isEphemeral ? nil : stateDirectory)
        _ = try executors.registry.taskTypes(narrowedTo: settings.taskTypes)
        _ = try ProgramEnvironment(
            settings, agent: ProcessInfo.processInfo.environment, user: try ProgramUser(renderUser: settings.renderUser)
        )
        try settings.requireProcessors()
        try checkSandbox()
        executors.warnings.forEach { Console.note("warning: \($0)") }
        return executors
    }
}
