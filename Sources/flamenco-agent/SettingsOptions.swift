import Agent
import CommandLineOptions
import Foundation
import Wording

/// The options that every command takes which needs the settings: one for each setting, and one for the file.
enum SettingsOptions {
    static let all: [CommandOption] =
        [
            CommandOption(
                "--settings", value: "FILE",
                help: "the settings file (else ~/.config/flamenco-agent/settings.json5, \(SettingsFile.usualPath))"),
            CommandOption("--drain-on-term", help: "the same as --on-term drain"),
        ] + SettingKeys.all.map { CommandOption($0.option, value: "VALUE", help: $0.purpose) }

    /// The settings that hold.
    ///
    /// - Throws: ``SettingsError``, ``UsageError``.
    static func settings(from arguments: ParsedArguments) throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        var options: [String: String] = [:]
        for key in SettingKeys.all {
            if let value = arguments.value(key.option) { options[key.name] = value }
        }
        if arguments.has("--drain-on-term") {
            if options["on_term"] == "stop" {
                throw UsageError("--drain-on-term and --on-term stop contradict each other")
            }
            options["on_term"] = TerminationRule.drain.rawValue
        }
        let file = try SettingsFile.locate(named: arguments.value("--settings"), environment: environment)
        let input = try SettingsInput(
            options: options, environment: environment, file: file, keys: SettingKeys.all)
        return try Settings(input, machineName: ProcessInfo.processInfo.hostName)
    }

    /// The span of time that an option gives.
    ///
    /// - Throws: ``UsageError`` when it is none.
    static func duration(_ name: String, in arguments: ParsedArguments) throws -> Duration? {
        guard let text = arguments.value(name) else { return nil }
        guard let span = DurationText.parse(text) else {
            throw UsageError("\(name) should be a span of time such as 10s or 2m, but is “\(text)”")
        }
        return span
    }
}
