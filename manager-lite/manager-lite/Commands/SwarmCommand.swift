import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient
import Service
import Swarm

/// Simulates many workers against a manager, and reports the results.
struct SwarmCommand: Subcommand {
    static let name = "swarm"
    static let summary = "Simulates thousands of workers against a manager, and reports how it performs"
    static let options = [
        CommandOption("--manager", value: "URL", help: "URL of the manager", default: "http://127.0.0.1:8080"),
        CommandOption("--workers", value: "NUMBER", help: "number of workers", default: "100"),
        CommandOption("--tasks", value: "NUMBER", help: "submits this number of tasks, and exits when they have ended"),
        CommandOption("--task-time", value: "DURATION±DURATION", help: "duration of tasks", default: "5s±2s"),
        CommandOption("--fail", value: "PERCENT", help: "share of tasks that fail, for example 1%", default: "0%"),
        CommandOption("--images", value: "PERCENT", help: "share of tasks that upload an image", default: "10%"),
        CommandOption(
            "--poll", value: "DURATION", help: "maximum interval between requests of a worker", default: "5s"),
        CommandOption("--time", value: "DURATION", help: "maximum duration of the run", default: "1m"),
        CommandOption("--seed", value: "NUMBER", help: "seed of the random numbers", default: "1"),
    ]

    private let url: ManagerURL
    private let workers: Int
    private let tasks: Int?
    private let options: WorkloadOptions
    private let images: Double
    private let time: Duration

    /// The maximum number of tasks in a job, from "echo-sleep-test".
    private static let tasksPerJob = 100_000

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        url = try ManagerURL(arguments.value("--manager") ?? "http://127.0.0.1:8080")
        guard url.isPlain else { throw UsageError("\"swarm\" supports only unencrypted HTTP; the manager is \(url)") }
        workers = try WorkloadOptions.count("--workers", arguments) ?? 100
        tasks = try WorkloadOptions.count("--tasks", arguments)
        options = try WorkloadOptions(arguments, taskTime: "5s±2s")
        images = try WorkloadOptions.share("--images", arguments) ?? 0.1
        time = try WorkloadOptions.time("--time", arguments) ?? .seconds(60)
    }

    func run() async throws -> Int32 {
        let (client, version) = try await ManagerClient(url: url, software: "manager-lite").introduced()
        var plan = SwarmPlan(
            host: url.host, port: url.port, dialect: client.dialect, workers: workers, taskTime: options.taskTime)
        plan.failures = options.failures
        plan.images = images
        plan.pollInterval = options.pollInterval
        plan.time = time
        plan.seed = options.seed
        let swarm = try Swarm(plan)
        let signals = TerminationSignals { _ in swarm.progress.stop() }
        Console.line(
            "\(workers) workers for \(DurationText.text(time)) at \(url), \(version.name) \(version.version)")
        let jobs = try await submitJobs(to: client)
        let manager = url.isLoopback ? LocalProcess(listeningAt: url.port) : nil
        let before = (manager?.usage, LocalProcess.own.usage)
        let watcher = Task { await watch(swarm, jobs: jobs, at: client) }
        let report = try await swarm.run()
        watcher.cancel()
        await watcher.value
        withExtendedLifetime(signals) {}
        TextTable.lines(report.rows).forEach { Console.line($0) }
        report.sentences.forEach { Console.line($0) }
        tell("manager", manager, since: before.0, report)
        tell("swarm", LocalProcess.own, since: before.1, report)
        return ExitCode.success
    }

    private func tell(
        _ name: String, _ process: LocalProcess?, since before: LocalProcess.Usage?, _ report: SwarmReport
    ) {
        guard let process, let before, let after = process.usage else { return }
        let share = (after.cpu - before.cpu) / max(report.duration, .milliseconds(1))
        Console.line(
            "\(name): process \(process.id), \(ShareText.text(share)) of a CPU, "
                + "\(ByteCountText.text(after.peakMemory)) peak memory")
    }

    private func submitJobs(to client: ManagerClient) async throws -> [String] {
        var jobs: [String] = []
        var left = tasks ?? 0
        while left > 0 {
            let count = min(left, Self.tasksPerJob)
            left -= count
            jobs.append(
                try await client.submit(
                    SubmittedJob(
                        name: "swarm", type: "echo-sleep-test", priority: SubmittedJob.defaultPriority,
                        settings: [
                            "message": "for a swarm", "sleep_duration_seconds": 1,
                            "sleep_repeats": .integer(Int64(count - 1)),
                        ], submitterPlatform: "linux")
                ).id)
        }
        return jobs
    }

    /// Shows the progress, and stops the swarm when its jobs have ended.
    private func watch(_ swarm: Swarm, jobs: [String], at client: ManagerClient) async {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        var open = jobs[...]
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let figures = swarm.progress.figures
            if isTerminal {
                Console.write(
                    "\r\(figures.present) workers, \(figures.tasks) tasks, \(figures.requests) requests\u{1B}[K")
            }
            while let job = open.first, let status = try? await client.job(job).status,
                [.completed, .failed, .canceled].contains(status)
            {
                open.removeFirst()
            }
            if !jobs.isEmpty, open.isEmpty { swarm.progress.stop() }
        }
        if isTerminal { Console.write("\r\u{1B}[K") }
    }
}
