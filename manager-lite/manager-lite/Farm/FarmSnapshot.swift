import FlamencoAPI
import ManagerClient

/// A snapshot of a farm, as far as its changes are reported.
struct FarmSnapshot {
    /// The status of a job, a task or a worker.
    struct State: Hashable {
        let kind: String
        let id: String
        let name: String
        let status: String
        /// Details: the activity of a job, the worker of a task.
        var detail = ""
        /// The job of a task.
        var job: String?
    }

    private(set) var states: [String: State] = [:]
    /// The order of the objects.
    private(set) var order: [String] = []
    private var updated: [String: Timestamp] = [:]

    /// Creates an empty snapshot.
    init() {}

    mutating func put(_ state: State) {
        if states.updateValue(state, forKey: state.id) == nil { order.append(state.id) }
    }

    /// Takes a snapshot of the farm. The tasks of jobs that have ended and not changed since are taken from the
    /// previous one.
    init(of client: ManagerClient, after previous: FarmSnapshot) async throws {
        for worker in try await client.send(.fetchWorkers, expecting: WorkerList.self).workers {
            put(State(kind: "worker", id: worker.id, name: worker.name, status: worker.state))
        }
        for job in try await client.jobs() {
            put(
                State(
                    kind: "job", id: job.id, name: job.submitted.name, status: "\(job.status)", detail: job.activity))
            updated[job.id] = job.updated
            if job.status.isFinal, previous.updated[job.id] == job.updated {
                for state in previous.tasks(of: job.id) { put(state) }
                continue
            }
            do {
                for task in try await client.tasks(of: job.id) { put(State(task, of: job.id)) }
            } catch let error as ManagerError where error.isNotFound {
                continue
            }
        }
    }

    private func tasks(of job: String) -> [State] {
        order.compactMap { states[$0] }.filter { $0.job == job }
    }
}

extension FarmSnapshot.State {
    init(_ task: TaskSummary, of job: String) {
        self.init(
            kind: "task", id: task.id, name: task.name, status: "\(task.status)", detail: task.worker?.name ?? "",
            job: job)
    }
}

extension JobStatus {
    /// Whether a job with this status has ended, unless it is requeued.
    var isFinal: Bool { [.completed, .failed, .canceled].contains(self) }
}

/// A change of an object on a farm.
struct FarmNews: Hashable, Encodable {
    let kind: String
    let id: String
    let name: String
    /// The new status; `deleted` if it was deleted.
    let status: String
    /// The previous status; nil if it is new.
    var previous: String?
    var detail = ""
    /// The UUID of a task's job.
    var job: String?
    /// The name of that job.
    var jobName: String?

    private enum CodingKeys: String, CodingKey {
        case kind, id, name, status, previous, detail, job, sentence
        case jobName = "job_name"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(previous, forKey: .previous)
        if !detail.isEmpty { try container.encode(detail, forKey: .detail) }
        try container.encodeIfPresent(job, forKey: .job)
        try container.encodeIfPresent(jobName, forKey: .jobName)
        try container.encode(sentence, forKey: .sentence)
    }

    /// The change in one line.
    var sentence: String {
        let owner = jobName.map { " of job \($0)" } ?? ""
        let was = previous.map { ", was \($0)" } ?? ""
        let addition =
            switch kind {
            case _ where detail.isEmpty: ""
            case "task": " (worker \(detail))"
            // In manager-lite, the activity of a job starts with the text that is already included here.
            default: ": \(detail.replacing("\(kind) \(name) is \(status): ", with: "", maxReplacements: 1))"
            }
        return "\(kind) \(name)\(owner) is \(status)\(was)\(addition)"
    }

    /// Returns the changes between two snapshots, in the order of the second one; deleted objects come last.
    static func between(_ before: FarmSnapshot, _ after: FarmSnapshot) -> [FarmNews] {
        func news(_ state: FarmSnapshot.State, status: String, previous: String?) -> FarmNews {
            let job = state.job.flatMap { after.states[$0] ?? before.states[$0] }
            return FarmNews(
                kind: state.kind, id: state.id, name: state.name, status: status, previous: previous,
                detail: state.detail, job: state.job, jobName: job?.name)
        }
        let changed = after.order.compactMap { id -> FarmNews? in
            guard let state = after.states[id], before.states[id]?.status != state.status else { return nil }
            return news(state, status: state.status, previous: before.states[id]?.status)
        }
        // The tasks of a deleted job are not mentioned.
        let gone = before.order.compactMap { before.states[$0] }.filter { state in
            after.states[state.id] == nil && state.job.map { after.states[$0] != nil } ?? true
        }
        return changed + gone.map { news($0, status: "deleted", previous: $0.status) }
    }
}
