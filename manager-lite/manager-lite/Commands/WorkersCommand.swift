import CommandLineOptions
import FlamencoAPI
import ManagerClient

/// Lists the workers of a manager.
struct WorkersCommand: Subcommand {
    static let name = "workers"
    static let summary = "Lists the workers of a manager and their tasks"
    static let options = ManagerOption.all

    private let manager: ManagerOption

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        manager = try ManagerOption(arguments)
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        let workers = try await client.workers()
        try manager.show(workers, in: client.dialect) {
            [["worker", "name", "status", "task types", "task", "last seen", "platform", "software"]]
                + workers.map { worker in
                    [
                        worker.summary.id.beginning, worker.summary.name, worker.summary.state,
                        worker.supportedTaskTypes.joined(separator: ", "),
                        worker.task.map { "\($0.summary.name) (\($0.summary.status))" } ?? "",
                        worker.summary.lastSeen?.shown ?? "never", worker.platform, worker.summary.version,
                    ]
                }
        }
        return ExitCode.success
    }
}

extension WorkerSummary {
    /// Its status, and the requested one.
    var state: String {
        statusChange.map { "\(status) → \($0.status)\($0.isLazy ? ", after its task" : "")" } ?? "\(status)"
    }
}

extension ManagerClient {
    /// The number of workers queried concurrently.
    private static let width = 8

    /// Returns the details of each worker, in order of registration.
    func workers() async throws -> [WorkerDetails] {
        let summaries = try await send(.fetchWorkers, expecting: WorkerList.self).workers
        return try await withThrowingTaskGroup(of: (Int, WorkerDetails?).self) { group in
            var found: [(Int, WorkerDetails?)] = []
            for (index, summary) in summaries.enumerated() {
                if index >= Self.width, let one = try await group.next() { found.append(one) }
                group.addTask { (index, try await self.worker(summary.id)) }
            }
            for try await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.compactMap(\.1)
        }
    }

    /// Returns the details of a worker; nil if it was deleted.
    private func worker(_ id: String) async throws -> WorkerDetails? {
        do {
            return try await send(.fetchWorker, id, expecting: WorkerDetails.self)
        } catch let error as ManagerError where error.isNotFound {
            return nil
        }
    }
}
