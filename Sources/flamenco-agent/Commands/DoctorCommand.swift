import Agent
import CommandLineOptions
import Executors
import FlamencoAPI
import Foundation

/// Says whether everything is right for an agent to work on this machine, and what to do about what is not.
struct DoctorCommand: Subcommand {
    static let name = "doctor"
    static let summary = "Looks at all that an agent needs on this machine; status 1 when something is wrong"
    static let options = SettingsOptions.all + [CommandOption("--json", help: "prints it as JSON")]

    private let checks: [any DoctorCheck]
    private let asJSON: Bool
    /// Where the disk is that the agent needs; absent when that is not known.
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
