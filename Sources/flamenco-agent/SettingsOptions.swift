import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import Foundation
import HumanText
import System

extension BuiltinExecutors {
    /// The executors that are part of the agent, configured by the settings.
    static func all(_ settings: ExecutorSettings) -> [any CommandExecutor] {
        all(
            blender: BlenderSettings(
                pythonExitCode: settings.blenderPythonExitCode, cyclesDevice: settings.cyclesDevice?.description,
                watchesDevice: settings.watchesDevices))
    }
}

/// The options of commands that need the settings: one for each setting, and one for the file.
enum SettingsOptions {
    static let all: [CommandOption] =
        [file, CommandOption("--drain-on-term", help: "short for `--on-term drain`")]
        + SettingDeclarations.all.map(option)

    /// The options of commands that only need the state directory.
    static let stateOnly: [CommandOption] = [
        file,
        option(SettingDeclarations.declared.stateDirectory),
    ]

    /// The options of commands that only need the executors.
    static let executorsOnly: [CommandOption] =
        stateOnly + SettingDeclarations.all(of: .executors, .gpus).map(option)

    /// The options of commands that run programs as the agent does.
    static let programs: [CommandOption] =
        executorsOnly + SettingDeclarations.all(of: .programs, .limits, .sandbox).map(option)

    private static func option(_ key: any AnySetting) -> CommandOption {
        CommandOption(
            key.option, value: key.optionValue, help: key.purpose, default: key.isSwitch ? "" : key.defaultText,
            group: key.group.title,
            details: [key.details, key.needs.isEmpty ? "" : "Needs \(key.needs)."].filter { !$0.isEmpty }
                .joined(separator: " "), synonyms: key.synonyms)
    }

    private static let file = CommandOption(
        "--settings", value: "PATH", help: "settings file",
        default: "~/.config/flamenco-agent/settings.json5, else \(SettingsFile.usualPath)",
        synonyms: ["--config", "--config-file", "--configuration", "-c"])

    /// The settings from command line, environment and file.
    ///
    /// - Parameter needsManager: whether it is an error that no manager is set.
    /// - Throws: ``SettingsError``, ``UsageError``.
    static func settings(from arguments: ParsedArguments, needsManager: Bool = true) throws -> Settings {
        var options: [String: String] = [:]
        for key in SettingDeclarations.all {
            if let value = arguments.value(key.option) { options[key.name] = key.isSwitch ? "true" : value }
        }
        if arguments.has("--drain-on-term") {
            if options["on_term"] == "stop" {
                throw UsageError("\"--drain-on-term\" and \"--on-term stop\" contradict each other")
            }
            options["on_term"] = TerminationRule.drain.rawValue
        }
        return try Settings(
            input(options, arguments), machineName: ProcessInfo.processInfo.hostName,
            needsManager: needsManager)
    }

    /// The state directory of the agent; other settings may be missing.
    ///
    /// - Throws: ``SettingsError``.
    static func stateDirectory(from arguments: ParsedArguments) throws -> String {
        let key = SettingDeclarations.declared.stateDirectory
        let options = arguments.value(key.option).map { [key.name: $0] } ?? [:]
        return try StateDirectory.usualPath(
            input(options, arguments), environment: ProcessInfo.processInfo.environment)
    }

    /// The state directories that a running agent may have: the one that is set; when none is, also that of the service, and
    /// those of ephemeral agents.
    ///
    /// - Throws: ``SettingsError``.
    static func stateDirectories(from arguments: ParsedArguments) throws -> [String] {
        let environment = ProcessInfo.processInfo.environment
        if try arguments.has(SettingDeclarations.declared.stateDirectory.option)
            || input([:], arguments).stateDirectory != nil
        {
            return [try stateDirectory(from: arguments)]
        }
        let usual = StateDirectory.usualPath(environment: environment)
        let hasOther = environment["STATE_DIRECTORY"] == nil && usual != StateDirectory.ofService
        return [usual, hasOther ? StateDirectory.ofService : nil].compactMap(\.self)
            + StateDirectory.temporaries(in: StateDirectory.temporaryFolder(environment: environment))
    }

    /// The state directories of ``stateDirectories(from:)`` that have a spool, with logs of tasks.
    ///
    /// - Parameter withTemporary: whether to include those of ephemeral agents.
    /// - Throws: ``SettingsError``, ``CommandError`` when there is none.
    static func spooledDirectories(from arguments: ParsedArguments, withTemporary: Bool) throws -> [String] {
        let environment = ProcessInfo.processInfo.environment
        let temporaries = StateDirectory.temporaries(in: StateDirectory.temporaryFolder(environment: environment))
        let folders = try stateDirectories(from: arguments).filter { withTemporary || !temporaries.contains($0) }
        var problems: [String] = []
        let found = folders.filter { folder in
            do throws(SystemError) {
                _ = try FileStatus(of: folder + "/spool")
                return true
            } catch {
                if error.number == EACCES {
                    problems.append("\(folder) cannot be read: run this as the user of the agent")
                }
                return false
            }
        }
        if found.isEmpty {
            problems.insert("there are no logs of tasks in \(folders.joined(separator: " or "))", at: 0)
            throw CommandError(problems.joined(separator: "; "))
        }
        problems.forEach { Console.note("flamenco-agent: \($0)") }
        return found
    }

    /// The state directory that an agent has, or would have: the first of ``stateDirectories(from:)`` that exists, else the
    /// first.
    ///
    /// - Throws: ``SettingsError``.
    static func likelyStateDirectory(from arguments: ParsedArguments) throws -> String {
        let folders = try stateDirectories(from: arguments)
        return folders.first { FileManager.default.fileExists(atPath: $0) } ?? folders[0]
    }

    /// The state directory in which to store the accepted manager: that of the arguments or the settings; without either, root
    /// uses that of the service if it exists.
    ///
    /// - Throws: ``SettingsError``.
    static func stateDirectoryToChange(from arguments: ParsedArguments) throws -> String {
        let folders = try stateDirectories(from: arguments)
        let isService =
            geteuid() == 0 && folders.contains(StateDirectory.ofService)
            && FileManager.default.fileExists(atPath: StateDirectory.ofService)
        return isService ? StateDirectory.ofService : try stateDirectory(from: arguments)
    }

    /// The executors, and what they may do; other settings may be missing.
    ///
    /// - Throws: ``SettingsError``.
    static func executors(from arguments: ParsedArguments) throws -> (
        settings: ExecutorSettings, available: AvailableExecutors
    ) {
        var options: [String: String] = [:]
        for key in SettingDeclarations.all(of: .executors, .gpus) {
            if let value = arguments.value(key.option) { options[key.name] = value }
        }
        let settings = try ExecutorSettings(input(options, arguments))
        let available = try AvailableExecutors(
            builtIn: BuiltinExecutors.all(settings), settings: settings,
            stateDirectory: stateDirectory(from: arguments))
        return (settings, available)
    }

    private static func input(_ options: [String: String], _ arguments: ParsedArguments) throws -> SettingsInput {
        let environment = ProcessInfo.processInfo.environment
        let file = try SettingsFile.locate(named: arguments.value("--settings"), environment: environment)
        return try SettingsInput(options: options, environment: environment, file: file)
    }

    /// The duration that an option gives.
    ///
    /// - Throws: ``UsageError`` when it is not a duration.
    static func duration(_ name: String, in arguments: ParsedArguments) throws -> Duration? {
        guard let text = arguments.value(name) else { return nil }
        guard let span = DurationText.parse(text) else {
            throw UsageError("\(name) should be a duration such as 10s or 2m, but is \"\(text)\"")
        }
        return span
    }
}
