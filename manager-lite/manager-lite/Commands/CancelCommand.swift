import CommandLineOptions
import FlamencoAPI
import ManagerClient

/// Cancels jobs or tasks.
struct CancelCommand: Subcommand {
    static let name = "cancel"
    static let summary = "Cancels jobs, or single tasks given as JOB/TASK"
    static let operands = "JOB…"
    static let options = ManagerOption.all

    private let change: RequestedChange

    init(_ arguments: ParsedArguments) throws {
        change = try RequestedChange(arguments, of: Self.name, job: .cancelRequested, task: .canceled)
    }

    func run() async throws -> Int32 { try await change.make() }
}

/// Requeues jobs or tasks.
struct RequeueCommand: Subcommand {
    static let name = "requeue"
    static let summary = "Requeues jobs, or single tasks given as JOB/TASK"
    static let operands = "JOB…"
    static let options = ManagerOption.all

    private let change: RequestedChange

    init(_ arguments: ParsedArguments) throws {
        change = try RequestedChange(arguments, of: Self.name, job: .requeueing, task: .queued)
    }

    func run() async throws -> Int32 { try await change.make() }
}

/// A status change of jobs and tasks.
private struct RequestedChange {
    private let manager: ManagerOption
    private let names: [String]
    private let job: JobStatus
    private let task: TaskStatus
    private let reason: String

    init(_ arguments: ParsedArguments, of command: String, job: JobStatus, task: TaskStatus) throws {
        manager = try ManagerOption(arguments)
        names = arguments.positional
        guard !names.isEmpty else {
            throw UsageError("\"\(command)\" needs the name or ID of a job, or a task as JOB/TASK")
        }
        (self.job, self.task) = (job, task)
        reason = "requested with manager-lite \(command)"
    }

    private struct Result: Encodable {
        let kind: String
        let id: String
        let name: String
        let status: String
    }

    /// Finds all of them before it changes any, so that a typing error changes nothing.
    func make() async throws -> Int32 {
        let client = try await manager.client()
        var targets: [JobOrTask] = []
        for name in names { targets.append(try await client.jobOrTask(named: name)) }
        var results: [Result] = []
        for target in targets { results.append(try await change(target, client)) }
        try manager.show(results, in: client.dialect) {
            results.map { ["\($0.kind) \($0.name) (\($0.id.beginning)) is \($0.status)"] }
        }
        return ExitCode.success
    }

    private func change(_ target: JobOrTask, _ client: ManagerClient) async throws -> Result {
        switch target {
        case .job(let job):
            let status = client.dialect.job(self.job)
            try await client.send(.setJobStatus, job.id, body: JobStatusChange(status: status, reason: reason))
            let now = try await client.job(job.id)
            return Result(kind: "job", id: job.id, name: job.submitted.name, status: "\(now.status)")
        case .task(let task, _):
            try await client.send(.setTaskStatus, task.id, body: TaskStatusChange(status: self.task, reason: reason))
            let now = try await client.send(.fetchTask, task.id, expecting: TaskDetails.self)
            return Result(kind: "task", id: task.id, name: task.name, status: "\(now.status)")
        }
    }
}
