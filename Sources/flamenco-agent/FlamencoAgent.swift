import Agent
import CommandLineOptions
import Foundation
import Wording

/// The command `flamenco-agent`.
@main
struct FlamencoAgent {
    static let subcommands: [any Subcommand.Type] = [RunCommand.self, CheckConfigCommand.self, VersionCommand.self]

    static func main() async {
        // A reader of our output that goes away must not end a render.
        signal(SIGPIPE, SIG_IGN)
        exit(await status(of: Array(CommandLine.arguments.dropFirst())))
    }

    private static func status(of arguments: [String]) async -> Int32 {
        guard let name = arguments.first else {
            print(help)
            return ExitCode.usage
        }
        if ["help", "--help", "-h"].contains(name) {
            return printHelp(about: arguments.dropFirst().first)
        }
        if name == "--version" { return await status(of: ["version"]) }
        guard let subcommand = subcommands.first(where: { $0.name == name }) else {
            let suggestion = NearestName.to(name, among: subcommands.map { $0.name })
            complain("there is no command “\(name)”" + (suggestion.map { "; did you mean “\($0)”?" } ?? "; see --help"))
            return ExitCode.usage
        }
        let rest = arguments.dropFirst()
        if rest.contains("--help") || rest.contains("-h") { return printHelp(about: name) }
        do {
            return try await subcommand.init(ParsedArguments(rest, options: subcommand.options)).run()
        } catch {
            complain("\(error)")
            return exitCode(for: error)
        }
    }

    private static func exitCode(for error: any Error) -> Int32 {
        switch error {
        case is UsageError: ExitCode.usage
        case is any ConfigurationProblem: ExitCode.configuration
        default: ExitCode.internal
        }
    }

    private static func printHelp(about name: String?) -> Int32 {
        guard let name else {
            print(help)
            return ExitCode.success
        }
        guard let subcommand = subcommands.first(where: { $0.name == name }) else {
            complain("there is no command “\(name)”; see --help")
            return ExitCode.usage
        }
        print(subcommand.help)
        return ExitCode.success
    }

    private static func complain(_ sentence: String) {
        FileHandle.standardError.write(Data("flamenco-agent: \(sentence)\n".utf8))
    }

    private static var help: String {
        let width = subcommands.map { $0.name.count }.max() ?? 0
        let lines = subcommands.map { subcommand in
            "  \(subcommand.name)" + String(repeating: " ", count: width - subcommand.name.count + 2)
                + subcommand.summary
        }
        return """
            flamenco-agent runs the tasks of a Flamenco render farm on this machine.

            Commands:
            \(lines.joined(separator: "\n"))

            “flamenco-agent help COMMAND” says more about one of them.
            """
    }
}
