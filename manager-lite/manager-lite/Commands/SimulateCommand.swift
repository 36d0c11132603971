import CommandLineOptions
import FlamencoAPI
import Foundation
import Swarm

/// Simulates a farm on its own clock, and reports the results.
struct SimulateCommand: Subcommand {
    static let name = "simulate"
    static let summary = "Simulates days of a farm in seconds, and reports its utilisation"
    static let options = [
        CommandOption("--workers", value: "NUMBER", help: "number of workers", default: "100"),
        CommandOption("--tasks", value: "NUMBER", help: "total number of tasks of all jobs", default: "10000"),
        CommandOption(
            "--jobs", value: "NUMBER", help: "number of jobs, each with priority 25, 50 or 75", default: "100"),
        CommandOption("--time", value: "DURATION", help: "period in which jobs are submitted", default: "1d"),
        CommandOption("--task-time", value: "DURATION±DURATION", help: "duration of tasks", default: "10m±5m"),
        CommandOption("--fail", value: "PERCENT", help: "share of attempts that fail, for example 1%", default: "0%"),
        CommandOption(
            "--poll", value: "DURATION", help: "interval between task requests of an idle worker", default: "5s"),
        CommandOption("--seed", value: "NUMBER", help: "seed of the random numbers", default: "1"),
        CommandOption("--json", help: "prints the results as JSON, with times in milliseconds"),
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
