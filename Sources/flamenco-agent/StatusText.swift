import Agent
import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText

/// The status of an agent for people, at most a screen.
struct StatusText {
    private let status: AgentStatus
    private let others: [String]
    /// The number of problems that are shown, the latest.
    private static let shownProblems = 5

    /// - Parameter others: the state directories of agents that are only listed.
    init(_ status: AgentStatus, others: [String] = []) {
        self.status = status
        self.others = others
    }

    /// The lines.
    var lines: [String] {
        let title =
            "Flamenco Agent \(status.version), process \(status.pid), up for \(Self.span(status.uptimeSeconds))"
        return [title] + TextTable.lines(rows.filter { !$0[1].isEmpty })
    }

    private var rows: [[String]] {
        [["health", status.unresponsive ?? ""], ["state", state], ["manager", manager], ["worker", worker]] + taskRows
            + [
                ["stays open", openProgram], ["gpus", gpus], ["to deliver", queue],
                ["storage", status.storageProblem ?? ""], ["tasks", tasks],
                ["state folder", status.stateDirectory], ["disks", disks],
            ]
            + Self.named("left out", status.executorProblems) + Self.named("problems", problems)
            + Self.named("other agents", others.map { "--state-dir \($0)" })
    }

    // MARK: Worker and manager

    private var state: String {
        let words =
            "\(status.isSignedOn ? "" : "signing on; ")\(status.state.rawValue) for \(Self.span(status.stateSeconds))"
        if status.task != nil {
            return words + (status.sleepReasons.map { "; takes no more tasks: \($0.text())" } ?? "")
        }
        return words + (status.idleReason.map { "; takes no tasks: \($0)" } ?? ", waiting for a task")
    }

    private var manager: String {
        var words = status.manager.url
        if let name = status.manager.name, let version = status.manager.version { words += ", \(name) \(version)" }
        if let api = status.manager.api { words += ", API \(api)" }
        guard let outage = status.manager.outage else { return words }
        return words + "; no answer for \(Self.span(outage.seconds)): \(outage.reason)"
    }

    private var worker: String {
        "\"\(status.worker.name)\", \(status.worker.id ?? "not registered"), for \(status.worker.taskTypes.joined(separator: ", "))"
    }

    // MARK: The task

    private var taskRows: [[String]] {
        guard let task = status.task else { return [] }
        let number = task.command.map { "\($0.name), \($0.number) of \($0.count)" } ?? ""
        return [
            ["task", "\(task.verb) \"\(task.name)\" for \(Self.span(task.runningSeconds))"],
            ["  identity", "\(task.id) of job \(task.jobId)"],
            ["  command", number], ["  progress", progress(task)], ["  programs", programs(task)],
        ]
    }

    private func progress(_ task: AgentStatus.RunningTask) -> String {
        var parts: [String] = []
        if let total = task.stepsTotal {
            parts.append("\(task.stepsCompleted) of \(total) steps")
        } else if task.stepsCompleted > 0 {
            parts.append(task.stepsCompleted == 1 ? "1 step" : "\(task.stepsCompleted) steps")
        }
        if let fraction = task.progress { parts.append("\(Int(fraction * 100)) %") }
        if let activity = task.activity { parts.append(activity) }
        return parts.joined(separator: ", ")
    }

    private func programs(_ task: AgentStatus.RunningTask) -> String {
        if task.programs.isEmpty { return "" }
        let names = task.programs.map { Self.name($0.name, $0.pid) }
        let count = task.processes == 1 ? "1 process" : "\(task.processes) processes"
        return names.joined(separator: ", ")
            + ": \(count), \(Self.span(task.cpuSeconds)) of CPU, \(ByteCountText.text(task.residentBytes)) of memory"
    }

    private var openProgram: String {
        status.openProgram.map {
            "\(Self.name($0.name, $0.pid)) for the next task, \(ByteCountText.text($0.residentBytes)) of memory"
        } ?? ""
    }

    private static func name(_ name: String, _ process: Int32?) -> String {
        name + (process.map { " (process \($0))" } ?? "")
    }

    // MARK: The rest

    private var gpus: String {
        let names = (status.gpus ?? []).map { gpu in gpu.id + (gpu.name.map { " \($0)" } ?? "") }
        let cycles = status.cyclesDevice.map { ["Cycles on \($0)"] } ?? []
        return (names + cycles).joined(separator: ", ")
    }

    private var queue: String {
        let queue = status.queue
        let count = queue.tasks == 1 ? "1 task" : "\(queue.tasks) tasks"
        let words = queue.tasks == 0 ? "nothing" : "\(ByteCountText.text(queue.bytes)) of \(count)"
        return words + (queue.lastError.map { "; \($0)" } ?? "")
    }

    private var tasks: String {
        let counts = status.tasks
        let lost = counts.lost == 0 ? "" : ", \(counts.lost) lost: taken back by the manager, or their outcome refused"
        return "\(counts.completed) completed, \(counts.failed) failed, \(counts.interrupted) interrupted" + lost
    }

    private var disks: String {
        switch status.abandonedThreads {
        case 0: ""
        case 1: "1 thread is waiting for a disk that does not answer"
        case let count: "\(count) threads are waiting for a disk that does not answer"
        }
    }

    private var problems: [String] {
        status.problems.suffix(Self.shownProblems).map { problem in
            "\(problem.time.localText) \(problem.level == "error" ? "error: " : "")\(problem.message)"
        }
    }

    /// Rows for the values; only the first has the name.
    private static func named(_ name: String, _ values: [String]) -> [[String]] {
        values.enumerated().map { [$0.offset == 0 ? name : "", $0.element] }
    }

    private static func span(_ seconds: Double) -> String {
        // Tenths of seconds do not matter here.
        DurationText.text(seconds < 1 ? .seconds(seconds) : .seconds(seconds.rounded()))
    }
}
