package import Agent
import ExecutorKit
import Executors
package import Farm
package import FlamencoAPI
import Foundation
import HTTPServer
package import ManagerClient
import Service
import Synchronization
package import TestSupport

/// A manager-lite in this process, and agents that work for it with real programs.
package final class LiveFarm: Sendable {
    /// Where agents keep their state, and tests what they like.
    package let folder: TemporaryFolder
    /// What tests ask the manager with, past all faults.
    package let client: ManagerClient
    /// Where the manager is.
    package var url: String { server.url }
    private let server: HTTPServer

    private final class Current: Sendable {
        let service = Mutex(Service(farm: Farm()))
    }
    private let current: Current

    /// Starts the manager on a free port.
    package init() throws {
        let current = Current()
        self.current = current
        folder = try TemporaryFolder()
        server = try HTTPServer.start { request in
            let service = current.service.withLock(\.self)
            return await service.answer(request)
        }
        client = ManagerClient(url: try ManagerURL(server.url), software: "test")
    }

    /// The manager starts again, and has forgotten everything.
    package func forgetEverything() { current.service.withLock { $0 = Service(farm: Farm()) } }

    /// The manager is replaced by one that knows the same and speaks nothing but these.
    package func speak(_ dialects: [APIDialect]) {
        current.service.withLock { $0 = Service(farm: $0.farm, dialects: dialects) }
    }

    /// What the manager knows.
    package var farm: Farm { current.service.withLock(\.farm) }

    /// An agent that has not begun; it keeps its state under `name`.
    ///
    /// - Parameter variables: what its programs find in their environment.
    package func agent(
        _ name: String = "agent", options: [String: String] = [:], variables: [String: String] = [:],
        clock: any Clock<Duration> = ContinuousClock(), wallClock: WallClock = .system, log: Log = .silent
    ) async throws -> Worker {
        var all = [
            "manager_url": server.url, "worker_name": name, "running_poll_interval": "100ms",
            "api": "2022", "asleep_poll_interval": "100ms", "task_poll_interval": "100ms", "grace_period": "5s",
        ]
        all.merge(options) { $1 }
        var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        programs.defaults.operatorVariables = variables
        let input = try SettingsInput(options: all, environment: [:], file: nil)
        return Worker(
            try await WorkerParts(
                settings: Settings(input, machineName: name), state: StateDirectory(path: folder.path(name)),
                executors: ExecutorRegistry(BuiltinExecutors.all),
                programs: programs, clock: clock, wallClock: wallClock, log: log))
    }

    /// Submits a job that runs these command lines, one task after another.
    package func submit(_ commands: [[String]]) async throws -> String {
        let settings: JobSettings = ["commands": .array(commands.map { .array($0.map { .string($0) }) })]
        return try await client.submit(SubmittedJob(name: "test", type: "command-line", settings: settings)).id
    }

    /// Whether the worker has said that it runs the one task of a job. Word of that which comes later than a cancellation
    /// would bring the job back.
    package func hasBegun(_ job: String) throws -> Bool {
        try farm.fetchTasks(ofJob: job).tasks.allSatisfy { try !farm.fetchTask($0.id).activity.isEmpty }
    }

    /// The one task of a job.
    package func task(of job: String) async throws -> TaskSummary {
        let tasks = try await client.send(.fetchJobTasks, job, expecting: JobTasksSummary.self).tasks
        guard let task = tasks.first else { throw CocoaError(.coderValueNotFound) }
        return task
    }

    /// How far a job has come.
    package func status(of job: String) async throws -> JobStatus { try await client.job(job).status }

    /// The workers that the manager knows.
    package func workers() async throws -> [WorkerSummary] {
        try await client.send(.fetchWorkers, expecting: WorkerList.self).workers
    }
}
