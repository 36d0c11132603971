import CommandLineOptions
import FlamencoAPI
import ManagerClient

/// Lists the tasks of a job.
struct TasksCommand: Subcommand {
    static let name = "tasks"
    static let summary = "Lists the tasks of a job"
    static let operands = "JOB"
    static let options = ManagerOption.all

    private let manager: ManagerOption
    private let job: String

    init(_ arguments: ParsedArguments) throws {
        manager = try ManagerOption(arguments)
        job = try arguments.only("\"tasks\" needs the name or ID of a job")
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        let found = try await client.job(named: job)
        let tasks = try await client.tasks(of: found.id)
        try show(tasks, in: client.dialect)
        return ExitCode.success
    }

    private func show(_ tasks: [TaskSummary], in dialect: APIDialect) throws {
        try manager.show(JobTasksSummary(tasks: tasks), in: dialect) {
            [["task", "name", "type", "status", "steps", "priority", "worker", "updated"]] + tasks.map(Self.row(of:))
        }
    }

    private static func row(of task: TaskSummary) -> [String] {
        [
            task.id.beginning, task.name, task.taskType, "\(task.status)", task.steps, String(task.priority),
            task.worker?.name ?? "", task.updated.shown,
        ]
    }
}

extension TaskSummary {
    fileprivate var steps: String { stepsTotal.map { "\(stepsCompleted ?? 0)/\($0)" } ?? "" }
}

extension ParsedArguments {
    /// Returns the only operand.
    ///
    /// - Throws: ``UsageError`` if there is none, or more than one.
    func only(_ complaint: String) throws(UsageError) -> String {
        guard let operand = positional.first else { throw UsageError(complaint) }
        if let surplus = positional.dropFirst().first {
            throw UsageError("unexpected argument \"\(surplus)\" after \"\(operand)\"; quote names with spaces")
        }
        return operand
    }
}
