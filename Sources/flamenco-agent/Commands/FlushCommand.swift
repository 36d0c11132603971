import Agent
import CommandLineOptions
import Foundation

/// Delivers what an earlier run of the agent left behind.
struct FlushCommand: Subcommand {
    static let name = "flush"
    static let summary = "Delivers what is waiting for the manager, and ends; status 75 when not all of it was taken"
    static let options =
        SettingsOptions.all + [CommandOption("--within", value: "TIME", help: "how long it may take; else 1 min")]

    /// sysexits(3), EX_TEMPFAIL.
    private static let notYet: Int32 = 75

    private let settings: Settings
    private let bound: Duration
    private let environment = ProcessInfo.processInfo.environment

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        settings = try SettingsOptions.settings(from: arguments)
        bound = try SettingsOptions.duration("--within", in: arguments) ?? .seconds(60)
    }

    func run() async throws -> Int32 {
        if settings.isEphemeral {
            print("an ephemeral agent leaves nothing to deliver")
            return ExitCode.success
        }
        let log = StandardErrorLog.log(settings)
        let state = try StateDirectory(
            path: StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment))
        let isDelivered = try await DeliveryOnly(settings: settings, state: state, clock: ContinuousClock(), log: log)
            .flush(within: bound)
        withExtendedLifetime(state) {}
        print(isDelivered ? "everything is delivered" : "not everything could be delivered; it is kept")
        return isDelivered ? ExitCode.success : Self.notYet
    }
}
