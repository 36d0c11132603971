import Agent
import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient

/// Lists the managers on the local networks, or accepts one of them for the agent.
struct DiscoverCommand: Subcommand {
    static let name = "discover"
    static let summary = "Lists the managers on the local networks, or accepts one"
    static let details = [
        "Managers are found by SSDP, which routers do not forward. Anybody on the network can answer, so an agent with a"
            + " `manager_url` of `auto` works only for the manager that was accepted with `--trust`."
    ]
    static let operands = "[URL]"
    static let options =
        SettingsOptions.stateOnly + [
            CommandOption(
                "--trust",
                help: "accepts the only manager that answers, or the one at URL, for a `manager_url` of `auto`"),
            CommandOption("--timeout", value: "DURATION", help: "how long to wait for answers", default: "5s"),
            CommandOption("--json", help: "prints JSON"),
        ]
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "a manager answered, or was accepted"),
        ExitStatus(ExitCode.failure, "no manager answered, or several did and none was accepted"),
    ]
    static let examples = [
        CommandExample("discover --trust http://10.0.0.5:8080", "Accept this manager, whatever else answers")
    ]

    private let trusts: Bool
    private let url: ManagerURL?
    private let time: Duration
    private let asJSON: Bool
    private let selection: ManagerSelection

    init(_ arguments: ParsedArguments) throws {
        trusts = arguments.has("--trust")
        asJSON = arguments.has("--json")
        url = try Self.url(arguments, trusts: trusts)
        time = try SettingsOptions.duration("--timeout", in: arguments) ?? ManagerFinder.usualTime
        guard (Duration.milliseconds(100)...Duration.seconds(600)).contains(time) else {
            throw UsageError("--timeout should be from 100ms to 10m, but is \"\(arguments.value("--timeout") ?? "")\"")
        }
        if trusts, asJSON {
            throw UsageError("\"--json\" lists managers and \"--trust\" accepts one: use only one of them")
        }
        selection = ManagerSelection(
            stateDirectory: try SettingsOptions.stateDirectoryToChange(from: arguments),
            finder: ManagerFinder(try SettingsOptions.settings(from: arguments, needsManager: false)))
    }

    private static func url(_ arguments: ParsedArguments, trusts: Bool) throws -> ManagerURL? {
        guard let text = arguments.positional.first else { return nil }
        guard trusts, arguments.positional.count == 1 else {
            throw UsageError(
                "\"discover\" takes one URL after --trust, but got \"\(arguments.positional.last ?? text)\"")
        }
        do throws(ManagerURLError) {
            return try ManagerURL(text)
        } catch {
            throw UsageError("--trust: \(error)")
        }
    }

    func run() async throws -> Int32 {
        if let url {
            try await selection.accept(try await selection.finder.manager(at: url))
            return ExitCode.success
        }
        let found = try await selection.finder.find(within: time)
        found.problems.forEach { Console.note("flamenco-agent: \($0)") }
        if trusts {
            try await selection.acceptOnlyOne(of: found.managers)
            return ExitCode.success
        }
        // Users without access to the state of the agent can still list managers.
        let accepted = try? await selection.accepted()
        if asJSON {
            Console.json(try WireJSON.encode(Report(managers: found.all, accepted: accepted, problems: found.problems)))
        } else {
            ManagerSelection.lines(found.all, accepted: accepted).forEach { Console.line($0) }
        }
        if !found.managers.isEmpty { return ExitCode.success }
        Console.note("flamenco-agent: no manager answered within \(DurationText.text(time))")
        return ExitCode.failure
    }

    private struct Report: Encodable {
        let managers: [DiscoveredManager]
        let accepted: AcceptedManager?
        let problems: [String]
    }
}
