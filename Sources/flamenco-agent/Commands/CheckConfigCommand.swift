import Agent
import CommandLineOptions
import Foundation

/// Prints the settings that hold and where each came from.
struct CheckConfigCommand: Subcommand {
    static let name = "check-config"
    static let summary = "Checks the settings, and prints each with its value and where it came from"
    static let options = SettingsOptions.all

    private let settings: Settings
    private let stateDirectory: String
    private let diskPath: String

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        settings = try SettingsOptions.settings(from: arguments)
        let environment = ProcessInfo.processInfo.environment
        let temporary = StateDirectory.temporaryFolder(environment: environment)
        diskPath =
            settings.isEphemeral
            ? temporary : try StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment)
        stateDirectory = settings.isEphemeral ? "a temporary folder in \(temporary)" : diskPath
    }

    func run() throws -> Int32 {
        let rows = settings.effective.map { setting in
            [setting.name, setting.name == "state_dir" ? stateDirectory : setting.value, setting.source.description]
        }
        TextTable.lines(rows).forEach { Console.line($0) }
        try settings.requireCAFile()
        if let problem = StateDirectory.diskProblem(of: diskPath) { throw problem }
        return ExitCode.success
    }
}
