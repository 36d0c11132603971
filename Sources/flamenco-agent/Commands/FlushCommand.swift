import Agent
import CommandLineOptions
import ExecutorKit
import Foundation

/// Delivers what an earlier run of the agent did not deliver.
struct FlushCommand: Subcommand {
    static let name = "flush"
    static let summary = "Delivers logs and results that an earlier run left behind"
    static let options =
        SettingsOptions.all + [CommandOption("--within", value: "DURATION", help: "time limit", default: "1m")]
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "everything was delivered"),
        ExitStatus(ExitCode.temporary, "not everything was delivered; the rest is kept"),
    ]

    private let settings: Settings
    private let bound: Duration
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        settings = try SettingsOptions.settings(from: arguments)
        self.arguments = arguments
        bound = try SettingsOptions.duration("--within", in: arguments) ?? .seconds(60)
    }

    func run() async throws -> Int32 {
        if settings.isEphemeral {
            print("an ephemeral agent leaves nothing to deliver")
            return ExitCode.success
        }
        let log = StandardErrorLog.log(settings)
        var isAllDelivered = true
        for folder in try SettingsOptions.spooledDirectories(from: arguments, withTemporary: false) {
            let isDelivered = try await FolderOwner.acting(asOwnerOf: folder) {
                let state = try StateDirectory(path: folder)
                let delivery = try await DeliveryOnly(
                    settings: settings.withAcceptedManager(in: folder), state: state, clock: ContinuousClock(), log: log
                )
                defer { withExtendedLifetime(state) {} }
                return await delivery.flush(within: bound)
            }
            print(
                isDelivered
                    ? "everything in \(folder) was delivered"
                    : "not everything in \(folder) could be delivered; the rest is kept")
            isAllDelivered = isAllDelivered && isDelivered
        }
        return isAllDelivered ? ExitCode.success : ExitCode.temporary
    }
}
