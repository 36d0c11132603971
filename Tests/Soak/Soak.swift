import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient
import Service
import TestSupport

/// Runs agents under chaos, and compares what their programs printed with what the manager holds.
///
/// A soak is a row of rounds. In each, jobs are submitted while agents are killed and the manager is restarted with what it
/// kept; then the faults end until all jobs are done, and their logs are compared. Between two rounds the manager loses its
/// memory in the middle of work, and with it the jobs of then: nobody can deliver anything about them any more, so they are
/// not judged. That the agents get over it shows in the next round, which begins with it.
struct Soak {
    private let folder: TemporaryFolder
    private let program: SoakProgram
    private let manager: SoakManager
    private let agents: [SoakAgent]
    private let programs: StartedPrograms
    private var random: SeededGenerator
    private var jobs = 0
    var report = SoakReport()

    /// How long all jobs of a round may take once nobody is killed any more.
    private static let patience = Duration.seconds(300)
    private static let round = Duration.seconds(60)

    /// Starts everything.
    init(agents count: Int, seed: UInt64, folder: TemporaryFolder, programs: StartedPrograms) async throws {
        var random = SeededGenerator(seed: seed)
        self.programs = programs
        self.folder = folder
        program = try SoakProgram(in: folder)
        let manager = try await SoakManager(folder: folder, programs: programs, seed: random.next())
        self.manager = manager
        agents = try (1...count).map { number in
            try SoakAgent(
                "agent\(number)", manager: manager.client.url, folder: folder, programs: programs, seed: random.next())
        }
        self.random = random
    }

    /// Goes on for so long, and then until the last round is over.
    mutating func run(for duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        while report.problems.isEmpty {
            let begin = ContinuousClock.now
            let left = end - begin
            try await disturbedWork(for: max(.seconds(10), min(left, Self.round)))
            try await manager.calm()
            try await waitForAllJobs()
            try await compare()
            Console.line("round \(report.rounds + 1) is over after \(DurationText.text(ContinuousClock.now - begin))")
            report.rounds += 1
            guard ContinuousClock.now + .seconds(10) < end else { break }
            for _ in agents { try await submit() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<3000, using: &random)))
            try await manager.forgetEverything()
            report.memoryLosses += 1
        }
        for agent in agents {
            try await agent.stop()
        }
        try await manager.stop()
    }

    // MARK: A round

    private mutating func disturbedWork(for duration: Duration) async throws {
        let (agents, manager) = (agents, manager)
        let seed = random.next()
        let lives = agents.map { agent in Task { try await agent.live() } }
        let restarts = Task {
            var random = SeededGenerator(seed: seed)
            var count = 0
            while true {
                do {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 4000..<20_000, using: &random)))
                } catch {
                    return count
                }
                // To its end, also when the round is over meanwhile: waits for programs that are cancelled kill them.
                try await Task { try await manager.restart() }.value
                count += 1
            }
        }
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            let open = try await unfinished().count
            for _ in open..<max(open, 2 * agents.count) { try await submit() }
            try await Task.sleep(for: .milliseconds(500))
        }
        lives.forEach { $0.cancel() }
        restarts.cancel()
        for life in lives { try await life.value }
        (report.kills, report.stops) = (0, 0)
        for agent in agents {
            report.kills += await agent.kills
            report.stops += await agent.stops
        }
        report.restarts += try await restarts.value
    }

    private mutating func submit() async throws {
        jobs += 1
        try await manager.submit(program.job(jobs, with: &random))
    }

    private func unfinished() async throws -> [Job] {
        try await manager.jobs().filter { ![.completed, .failed, .canceled].contains($0.status) }
    }

    private mutating func waitForAllJobs() async throws {
        let end = ContinuousClock.now + Self.patience
        while true {
            let open = try await unfinished()
            if open.isEmpty { return }
            guard ContinuousClock.now < end else {
                let names = open.map { "\($0.submitted.name) is \($0.status)" }.joined(separator: ", ")
                report.problems.append("after \(DurationText.text(Self.patience)) of peace \(names)")
                return
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private mutating func compare() async throws {
        var keptLines: [String: Int] = [:]
        for agent in agents { keptLines.merge(await agent.keptLines, uniquingKeysWith: max) }
        for job in try await manager.jobs() {
            let name = job.submitted.name
            let expected = program.outcome(of: name)
            if job.status != expected { report.problems.append("\(name) is \(job.status), not \(expected)") }
            let tasks = try await manager.ask {
                try await $0.send(.fetchJobTasks, job.id, expecting: JobTasksSummary.self)
            }.tasks
            let runs = try program.printed(by: name, keptLines: keptLines)
            report.interruptedRuns += runs.count { !$0.isWhole }
            for task in tasks {
                if task.status.spelling != expected.spelling {
                    report.problems.append("the task of \(name) is \(task.status), not \(expected)")
                }
                let text = try await manager.ask { try await $0.text(.fetchTaskLog, task.id) }
                let log = Data(text.utf8)
                let comparison = LogComparison(log: log, runs: runs)
                report.take(comparison, job: name, bytes: log.count)
                try folder.write("\(name).log", text)
            }
        }
    }
}
