import CommandLineOptions
import FlamencoAPI
import Service

/// Prints the version.
struct VersionCommand: Subcommand {
    static let name = "version"
    static let summary = "Prints the version"
    static let options: [CommandOption] = []

    init(_ arguments: ParsedArguments) throws { try Self.refuseOperands(arguments) }

    func run() -> Int32 {
        print("manager-lite", Service.ownVersion)
        return ExitCode.success
    }
}
