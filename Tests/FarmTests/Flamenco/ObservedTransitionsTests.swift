import Farm
import FlamencoAPI
import Testing

/// Every transition that was seen on Flamenco 3.9. There are no deliberate differences: a farm shows its quirks too.
@Suite("Transitions as Flamenco has them")
struct ObservedTransitionsTests {
    @Test("a state asked of a job", arguments: rows(ObservedTransitions.ofJobs))
    func jobs(row: Row) throws {
        for (asked, expected) in zip(words(ObservedTransitions.jobStatuses), row.outcomes) {
            var story = try Story(row.history)
            #expect(try story.look() == row.before)
            try story.ask(JobStatus(spelling: asked))
            #expect(try story.look() == expected, "\(row.history), asked \(asked)")
        }
    }

    @Test("a state asked of a task", arguments: rows(ObservedTransitions.ofTasks))
    func tasks(row: Row) throws {
        let history = row.history.split(separator: "/")
        for (asked, expected) in zip(words(ObservedTransitions.taskStatuses), row.outcomes) {
            var story = try Story(String(history[0]))
            #expect(try story.look() == row.before)
            try story.ask(TaskStatus(spelling: asked), ofTask: history[1].contains("1") ? 0 : 2)
            #expect(try story.look() == expected, "\(row.history), asked \(asked)")
        }
    }

    @Test("what a worker says of a task whose job was changed under it", arguments: rows(ObservedTransitions.lateWords))
    func lateWords(row: Row) throws {
        for (said, expected) in zip(words(ObservedTransitions.reportedStatuses), row.outcomes) {
            var story = try Story(row.history)
            #expect(try story.look() == row.before)
            try story.report(TaskStatus(spelling: said))
            #expect(try story.look() == expected, "\(row.history), said \(said)")
        }
    }

    @Test("a state asked of a worker", arguments: lines(ObservedTransitions.ofWorkersAsked), ["*", ""])
    func askedWorkers(row: String, laziness: String) throws {
        for state in row.contains("STATE") ? ["error", "starting", "testing"] : [""] {
            let row = row.replacing("STATE", with: state).replacing("~", with: laziness)
            #expect(try WorkerStory.retell("say awake: awake; " + row) == "say awake: awake; " + row)
        }
    }

    @Test("what a worker does by itself", arguments: lines(ObservedTransitions.ofWorkers))
    func workers(row: String) throws {
        #expect(try WorkerStory.retell(row) == row)
    }
}

// MARK: - Tables

struct Row: CustomTestStringConvertible {
    let history: String
    let before: String
    let outcomes: [String]
    var testDescription: String { history }
}

private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

private func rows(_ text: String) -> [Row] {
    lines(text).map { line in
        let halves = line.split(separator: "|")
        let told = words(String(halves[0]))
        return Row(
            history: told.dropLast().joined(separator: " "), before: told.last ?? "",
            outcomes: words(String(halves[1])))
    }
}

// MARK: - Jobs

/// A job of three tasks, brought into a state by a history in words.
private struct Story {
    private var bench = FarmBench(["job": ["a", "b", "c"].map { blueprint($0) }])
    private let job: Job
    private let worker: String

    init(_ history: String) throws {
        let steps = history.split(separator: ",").map { words(String($0)) }
        // Whoever could try again makes a failure a soft one.
        _ = try bench.awake("other")
        worker = try bench.awake()
        job = try bench.submit("job")
        if steps[0] == ["submitted", "paused"] { try ask(.paused) }
        if steps[0].first == "begun" {
            for letter in steps[0][1] {
                let task = try #require(try bench.fetch(worker))
                try bench.report(worker, task.uuid, letter == "A" ? .active : .completed)
            }
        }
        for step in steps.dropFirst() {
            if step == ["first", "failed"] {
                try ask(.failed, ofTask: 0)
            } else {
                try ask(JobStatus(spelling: step[0]))
            }
        }
    }

    mutating func ask(_ status: JobStatus) throws {
        let change = JobStatusChange(status: status, reason: "test")
        try bench.farm.setStatus(ofJob: job.id, change, now: bench.now)
    }

    mutating func ask(_ status: TaskStatus, ofTask index: Int) throws {
        let task = try bench.farm.fetchTasks(ofJob: job.id).tasks[index].id
        try bench.farm.setStatus(ofTask: task, TaskStatusChange(status: status, reason: "test"), now: bench.now)
    }

    /// What the worker says of the last task that it got.
    mutating func report(_ status: TaskStatus) throws {
        let task = try #require(try bench.farm.fetchTasks(ofJob: job.id).tasks.last { $0.worker?.id == worker })
        try bench.report(worker, task.id, status)
    }

    func look() throws -> String {
        let job = try bench.status(job)
        let letter = [.pauseRequested: "r", .canceled: "x"][job] ?? String(job.spelling.prefix(1))
        return letter
            + (try bench.statuses(self.job)).map { $0 == .canceled ? "X" : $0.spelling.prefix(1).uppercased() }.joined()
    }
}

// MARK: - Workers

private enum WorkerStory {
    /// The same story with the outcomes that a farm has for it.
    static func retell(_ story: String) throws -> String {
        var bench = FarmBench()
        let worker = try bench.register()
        let signOn = WorkerSignOn(nickname: "w", supportedTaskTypes: ["misc"], softwareVersion: "1")
        _ = try bench.farm.signOn(worker: worker, signOn, now: bench.now)
        func look() throws -> String {
            let summary = try bench.farm.fetchWorker(worker).summary
            return "\(summary.status)" + (summary.statusChange.map { ">\($0.status)\($0.isLazy ? "*" : "")" } ?? "")
        }
        var told: [String] = []
        for step in story.split(separator: ";").map({ words(String($0)) }) {
            let name = String(step.count > 1 ? step[1].prefix { $0.isLetter } : "")
            let status = WorkerStatus(spelling: name)
            switch step[0] {
            case "ask":
                let isLazy = step[1].contains("*")
                let refusal = refusal {
                    try bench.farm.requestState(
                        ofWorker: worker, WorkerStatusChangeRequest(status: status, isLazy: isLazy), now: bench.now)
                }
                told.append(
                    "ask \(name)\(isLazy ? "*" : ""): \(refusal == .preconditionFailed ? "refused" : try look())")
            case "say":
                try bench.farm.stateChanged(ofWorker: worker, to: status, now: bench.now)
                told.append("say \(name): \(try look())")
            case "off:":
                try bench.farm.signOff(worker: worker, now: bench.now)
                told.append("off: \(try look())")
            case "on":
                let change = try bench.farm.signOn(worker: worker, signOn, now: bench.now)
                told.append("on \(change.statusRequested): \(try look())")
            case "poll":
                let change = try bench.farm.requestedState(ofWorker: worker, now: bench.now)
                told.append("poll \(change.map { "\($0.statusRequested)" } ?? "-")")
            default:
                switch try bench.farm.scheduleTask(for: worker, now: bench.now) {
                case .stateChangeRequested(let change): told.append("task \(change.statusRequested)")
                case .nothing: told.append("task -")
                case let other: told.append("task \(other)")
                }
            }
        }
        return told.joined(separator: "; ")
    }
}
