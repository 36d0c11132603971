import CommandLineOptions
import FlamencoAPI
import Foundation
import Swarm

/// Lets a farm work on a clock of its own, and says how well.
struct SimulateCommand: Subcommand {
    static let name = "simulate"
    static let summary = "Simulates a farm for days within seconds, and says how well it was used"
    static let options = [
        CommandOption("--workers", value: "N", help: "how many workers; else 100"),
        CommandOption("--tasks", value: "N", help: "how many tasks all jobs have together; else 10000"),
        CommandOption("--jobs", value: "N", help: "how many jobs, with priority 25, 50 or 75 each; else 100"),
        CommandOption("--time", value: "TIME", help: "the time within which jobs are submitted; else 1d"),
        CommandOption("--task-time", value: "TIME±TIME", help: "how long tasks take; else 10m±5m"),
        CommandOption("--fail", value: "SHARE", help: "the share of attempts that fail, such as 1%; else none"),
        CommandOption("--poll", value: "TIME", help: "how often a worker without a task asks for one; else 5s"),
        CommandOption("--seed", value: "N", help: "the seed that all random choices follow from; else 1"),
        CommandOption("--json", help: "prints the figures as JSON, times in milliseconds"),
    ]

    private let plan: SimulationPlan
    private let printsJSON: Bool

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        let options = try WorkloadOptions(arguments, taskTime: "10m±5m")
        var plan = SimulationPlan(
            workers: try WorkloadOptions.count("--workers", arguments) ?? 100,
            tasks: try WorkloadOptions.count("--tasks", arguments) ?? 10_000,
            jobs: try WorkloadOptions.count("--jobs", arguments) ?? 100,
            time: try WorkloadOptions.time("--time", arguments) ?? .seconds(86400), taskTime: options.taskTime)
        plan.failures = options.failures
        plan.pollInterval = options.pollInterval
        plan.seed = options.seed
        self.plan = plan
        printsJSON = arguments.has("--json")
    }

    func run() async throws -> Int32 {
        let report = try Simulation(plan).run()
        if printsJSON {
            Console.json(try WireJSON.encode(report.summary))
        } else {
            TextTable.lines(report.rows).forEach { Console.line($0) }
            report.sentences.forEach { Console.line($0) }
        }
        return ExitCode.success
    }
}
