import CommandLineOptions
import FlamencoAPI
import ManagerClient
import Wording

/// Watches a job until it has ended: a progress bar on a terminal, plain lines otherwise.
struct JobWatch {
    let client: ManagerClient
    let job: String
    let isTerminal: Bool

    private static let interval = Duration.milliseconds(500)

    /// The status that the job ended with.
    func run() async throws -> JobStatus {
        var shown: [String: TaskStatus] = [:]
        while true {
            let status = try await client.job(job).status
            let tasks = try await client.send(.fetchJobTasks, job, expecting: JobTasksSummary.self).tasks
            if isTerminal {
                showBar(tasks, status)
            } else {
                for task in tasks where shown[task.id] != task.status {
                    if shown[task.id] != nil || task.status != .queued {
                        Console.line("task \(task.name) is \(task.status)")
                    }
                    shown[task.id] = task.status
                }
            }
            if [.completed, .failed, .canceled].contains(status) {
                try await conclude(status, tasks)
                return status
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func showBar(_ tasks: [TaskSummary], _ status: JobStatus) {
        let width = 40
        let done = tasks.count { $0.status == .completed }
        let filled = tasks.isEmpty ? 0 : done * width / tasks.count
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let active = tasks.first { $0.status == .active }.map { ", \(VisibleText.line($0.name))" } ?? ""
        // Back to the start of the line, and everything behind the cursor goes.
        Console.write("\r\(bar) \(done) of \(tasks.count) tasks, \(status)\(active)\u{1B}[K")
    }

    private func conclude(_ status: JobStatus, _ tasks: [TaskSummary]) async throws {
        if isTerminal { Console.line() }
        Console.line("job \(job) is \(status)")
        for task in tasks where task.status == .failed {
            Console.line("task \(task.name) failed; the end of its log:")
            let tail = try await client.text(.fetchTaskLogTail, task.id)
            let shown = isTerminal ? VisibleText.lines(tail) : tail
            Console.write(shown.hasSuffix("\n") ? shown : shown + "\n")
        }
    }
}
