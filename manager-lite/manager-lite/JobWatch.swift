import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient
import System

/// Watches a job until it has ended: with a progress bar at the bottom of a terminal, otherwise with plain lines; shows
/// what it waits for, and the logs of failures.
struct JobWatch {
    let client: ManagerClient
    let job: String
    let isTerminal: Bool

    private static let interval = Duration.milliseconds(500)
    /// It takes a moment until a worker requests a task.
    private static let patience = Duration.seconds(2)

    /// What has been printed so far.
    private struct Progress {
        var shown: [String: TaskStatus] = [:]
        var logSizes: [String: Int] = [:]
        var reason: String?
        /// Since when no task is running.
        var idleSince: ContinuousClock.Instant?
        var foot = ""
        var outage = Outage()
    }

    /// Returns the final status of the job.
    func run() async throws -> JobStatus {
        var progress = Progress()
        while true {
            do {
                let job = try await client.job(job)
                let tasks = try await client.tasks(of: self.job)
                if let words = progress.outage.end() { say(words, &progress) }
                try await tell(tasks, &progress)
                let reason = try await reason(job, tasks, &progress)
                if job.status.isFinal {
                    setFoot("", &progress)
                    Console.line("job \(job.submitted.name) (\(job.id)) is \(job.status)")
                    return job.status
                }
                show(reason, job, tasks, &progress)
            } catch let error as ManagerError where error.isTransient {
                if let words = progress.outage.begin(error) { say(words, &progress) }
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    // MARK: Tasks

    /// Prints changes: the logs of failed tasks, and a line for any other change if there is no progress bar.
    private func tell(_ tasks: [TaskSummary], _ progress: inout Progress) async throws {
        for task in tasks where progress.shown[task.id] != task.status {
            let isNew = progress.shown.updateValue(task.status, forKey: task.id) == nil
            if [.failed, .softFailed].contains(task.status) {
                try await tellFailure(task, &progress)
            } else if !isTerminal, !isNew || task.status != .queued {
                say("task \(task.name) is \(task.status)", &progress)
            }
        }
    }

    private func tellFailure(_ task: TaskSummary, _ progress: inout Progress) async throws {
        let worker = task.worker.map { " on worker \($0.name)" } ?? ""
        let verdict = task.status == .failed ? "failed" : "failed, will be retried"
        let tail = try await client.text(.fetchTaskLogTail, task.id)
        say(
            "task \(task.name) \(verdict)\(worker)" + (tail.isEmpty ? ", without a log" : "; the end of its log:"),
            &progress)
        guard !tail.isEmpty else { return }
        let shown = isTerminal ? VisibleText.lines(tail) : tail
        Console.write(shown.hasSuffix("\n") ? shown : shown + "\n")
    }

    // MARK: Waiting

    /// Returns what the job waits for, after it has waited for a while.
    private func reason(_ job: Job, _ tasks: [TaskSummary], _ progress: inout Progress) async throws -> String? {
        guard !job.status.isFinal, !tasks.contains(where: { $0.status == .active }) else {
            progress.idleSince = nil
            return nil
        }
        let since = progress.idleSince ?? .now
        progress.idleSince = since
        guard .now - since >= Self.patience else { return nil }
        let blocked = (try? await client.send(.fetchJobBlocklist, job.id, expecting: JobBlocklist.self)) ?? []
        return WaitReason.text(job: job, tasks: tasks, workers: try await client.workers(), blocked: blocked)
    }

    private func show(_ reason: String?, _ job: Job, _ tasks: [TaskSummary], _ progress: inout Progress) {
        if isTerminal { return setFoot(foot(reason, job, tasks), &progress) }
        if let reason, reason != progress.reason { Console.line("waiting: \(reason)") }
        progress.reason = reason
    }

    // MARK: The progress bar

    private func foot(_ reason: String?, _ job: Job, _ tasks: [TaskSummary]) -> String {
        let done = tasks.count { $0.status == .completed }
        let steps = tasks.reduce(0) { $0 + ($1.stepsTotal ?? 1) }
        let stepsDone = tasks.reduce(0) { $0 + ($1.stepsCompleted ?? ($1.status == .completed ? 1 : 0)) }
        let active = tasks.filter { $0.status == .active }.map(\.name)
        let doing =
            reason.map { "waiting: \($0)" } ?? (active.isEmpty ? "\(job.status)" : active.joined(separator: ", "))
        var line = ProgressLine()
        line.fraction = steps == 0 ? 0 : Double(stepsDone) / Double(steps)
        line.activity = "\(done) of \(tasks.count) tasks, \(doing)"
        return line.text(columns: Self.columns - 1)
    }

    /// Prints a line above the progress bar.
    private func say(_ text: String, _ progress: inout Progress) {
        setFoot("", &progress)
        Console.line(text)
    }

    private func setFoot(_ text: String, _ progress: inout Progress) {
        guard isTerminal, text != progress.foot else { return }
        progress.foot = text
        // Moves to the start of the line, and erases it.
        Console.write("\r\u{1B}[K\(text)")
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
