import HumanText

/// The utilisation of a farm, and the waiting times on it.
package struct SimulationReport: Hashable, Sendable {
    /// The results of jobs with a priority. Times are in milliseconds.
    package struct Figures: Hashable, Sendable {
        /// The number of ended jobs.
        package fileprivate(set) var jobs = 0
        /// The number of failed ones among them.
        package fileprivate(set) var failedJobs = 0
        /// How long tasks waited, from the submission of their job until a worker started; each attempt counts.
        package fileprivate(set) var waiting = Histogram()
        /// The time from submission to end of jobs.
        package fileprivate(set) var turnaround = Histogram()
    }

    /// The results by priority.
    package private(set) var priorities: [Int: Figures] = [:]
    /// The number of completed tasks.
    package private(set) var completedTasks = 0
    /// The number of failed attempts.
    package private(set) var failedAttempts = 0
    /// The number of jobs that had not ended after the last event.
    package private(set) var unfinishedJobs = 0
    /// From the first submission to the end of the last task.
    package private(set) var makespan = Duration.zero
    /// The share of the workers' time in the makespan that was spent on tasks, from 0 to 1.
    package private(set) var utilisation = 0.0

    private var firstSubmission: Duration?
    private var busy = Duration.zero

    // MARK: Events

    mutating func submitted(at time: Duration) { firstSubmission = firstSubmission ?? time }

    mutating func begun(priority: Int, waiting: Duration, lasting: Duration) {
        busy += lasting
        priorities[priority, default: Figures()].waiting.add(Self.milliseconds(waiting))
    }

    mutating func ended(at time: Duration, failed: Bool) {
        if failed { failedAttempts += 1 } else { completedTasks += 1 }
        makespan = time - (firstSubmission ?? .zero)
    }

    mutating func jobEnded(priority: Int, after time: Duration, failed: Bool) {
        priorities[priority, default: Figures()].jobs += 1
        if failed { priorities[priority, default: Figures()].failedJobs += 1 }
        priorities[priority, default: Figures()].turnaround.add(Self.milliseconds(time))
    }

    mutating func end(workers: Int, unfinished: Int) {
        unfinishedJobs = unfinished
        utilisation = makespan > .zero && workers > 0 ? busy / makespan / Double(workers) : 0
    }

    private static func milliseconds(_ time: Duration) -> Int { Int(time / .milliseconds(1)) }

    // MARK: Output

    /// The rows of a table of all priorities, the highest first.
    package var rows: [[String]] {
        [
            [
                "priority", "jobs", "failed", "waiting 50 %", "95 %", "longest", "job done after 50 %", "95 %",
                "longest",
            ]
        ]
            + priorities.sorted { $0.key > $1.key }.map { priority, figures in
                ["\(priority)", "\(figures.jobs)", "\(figures.failedJobs)"]
                    + [figures.waiting, figures.turnaround].flatMap { times in
                        [0.5, 0.95, 1].map { DurationText.text(.milliseconds(times.value(at: $0))) }
                    }
            }
    }

    /// Additional results, one line each.
    package var sentences: [String] {
        var lines = [
            "makespan: \(DurationText.text(makespan))",
            "utilisation: \(ShareText.text(utilisation))",
            "tasks: \(completedTasks) completed, \(failedAttempts) attempts failed",
        ]
        if unfinishedJobs > 0 { lines.append("unfinished jobs: \(unfinishedJobs)") }
        return lines
    }
}

extension SimulationReport {
    /// The results for programs.
    package struct Summary: Encodable, Hashable, Sendable {
        /// The results of a priority; times are in milliseconds.
        package struct Priority: Encodable, Hashable, Sendable {
            let priority, jobs, failedJobs: Int
            let waiting, turnaround: [String: Int]
        }

        let makespan: Int
        let utilisation: Double
        let completedTasks, failedAttempts, unfinishedJobs: Int
        let priorities: [Priority]
    }

    /// The results for programs.
    package var summary: Summary {
        func times(_ histogram: Histogram) -> [String: Int] {
            [
                "mean": Int(histogram.mean.rounded()), "p50": histogram.value(at: 0.5),
                "p95": histogram.value(at: 0.95), "p99": histogram.value(at: 0.99), "max": histogram.largest,
            ]
        }
        return Summary(
            makespan: Self.milliseconds(makespan), utilisation: utilisation, completedTasks: completedTasks,
            failedAttempts: failedAttempts, unfinishedJobs: unfinishedJobs,
            priorities: priorities.sorted { $0.key > $1.key }.map { priority, figures in
                Summary.Priority(
                    priority: priority, jobs: figures.jobs, failedJobs: figures.failedJobs,
                    waiting: times(figures.waiting), turnaround: times(figures.turnaround))
            })
    }
}
