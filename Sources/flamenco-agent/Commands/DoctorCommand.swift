import Agent
import CommandLineOptions
import Executors
import FlamencoAPI
import Foundation

/// Checks everything that an agent needs on this machine, and says how to correct what is wrong.
struct DoctorCommand: Subcommand {
    static let name = "doctor"
    static let summary = "Checks everything that an agent needs on this machine"
    static let details = [
        "It registers nothing and can run beside a running agent. Run it as the user of the agent, or as root where programs run"
            + " as another user. ✓ is right, ! a warning, ✗ wrong, – not applicable."
    ]
    static let options = SettingsOptions.all + [CommandOption("--json", help: "prints JSON")]
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "nothing is wrong; there may be warnings"),
        ExitStatus(ExitCode.failure, "something is wrong"),
        ExitStatus(ExitCode.disk, "the disk is full, read-only or broken"),
    ]

    private let checks: [any DoctorCheck]
    private let asJSON: Bool
    /// A path on the disk that the agent needs; absent when that is unknown.
    private let diskPath: String?

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        asJSON = arguments.has("--json")
        var diskPath: String?
        do {
            let settings = try SettingsOptions.settings(from: arguments)
            let folder = settings.isEphemeral ? nil : try SettingsOptions.likelyStateDirectory(from: arguments)
            let environment = ProcessInfo.processInfo.environment
            diskPath = folder ?? StateDirectory.temporaryFolder(environment: environment)
            checks = DoctorChecks.all(
                settings: settings, stateDirectory: folder,
                executors: try AvailableExecutors(
                    builtIn: BuiltinExecutors.all, settings: settings.executors, stateDirectory: folder),
                environment: environment,
                folder: FileManager.default.temporaryDirectory.path, clock: ContinuousClock())
        } catch let problem as any ConfigurationProblem {
            checks = [BrokenSettingsCheck(problem)]
        }
        self.diskPath = diskPath
    }

    func run() async throws -> Int32 {
        let results = await Doctor(checks, clock: ContinuousClock()).results()
        let isHealthy = !results.contains { $0.status == .failed }
        if asJSON {
            let report = Report(checks: results, healthy: isHealthy)
            Console.json(try WireJSON.encode(report))
        } else {
            show(results)
        }
        if isHealthy { return ExitCode.success }
        return diskPath.flatMap(StateDirectory.diskProblem) == nil ? ExitCode.failure : ExitCode.disk
    }

    private struct Report: Encodable {
        let checks: [Doctor.Result]
        let healthy: Bool
    }

    private func show(_ results: [Doctor.Result]) {
        let rows = results.flatMap { result in
            [["\(mark(result.status)) \(result.name)", result.finding]]
                + (result.advice.map { [["", "→ \($0)"]] } ?? [])
        }
        TextTable.lines(rows).forEach { Console.line($0) }
    }

    private func mark(_ status: DoctorFinding.Status) -> String {
        switch status {
        case .ok: "✓"
        case .warning: "!"
        case .failed: "✗"
        case .notApplicable: "–"
        }
    }
}
