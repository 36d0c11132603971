import FlamencoAPI
import FoundationEssentials
import ManagerClient
import Spool

// What this worker asks of its manager and tells it.

// MARK: Until it is answered

extension ManagerSession {
    /// Asks for a task.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func scheduleTask() async throws -> ScheduledTask {
        try await ask { try await $0.scheduleTask(as: $1) }
    }

    /// The state that the manager wants; nil when it wants no other.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func requestedState() async throws -> WorkerStatus? {
        try await ask { try await $0.state(as: $1) }
    }

    /// Tells which state the worker entered.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func stateChanged(to status: WorkerStatus) async throws {
        try await ask { try await $0.stateChanged(WorkerStateChanged(status: status), as: $1) }
    }

    /// Whether the running task may go on; for managers that have this question (`APIDialect.Feature.taskPermission`).
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func permission(toRun task: String) async throws -> TaskPermission {
        try await ask { try await $0.mayRun(task, as: $1) }
    }
}

// MARK: Once

extension ManagerSession {
    /// Tells that the worker leaves, in this state.
    func signOff(as status: WorkerStatus) async throws {
        // A manager that does not know the state all the same wants to know that the worker goes.
        try? await askOnce { try await $0.stateChanged(WorkerStateChanged(status: status), as: $1) }
        try await askOnce { try await $0.signOff(as: $1) }
    }

    /// Shows what a task made.
    func show(_ image: OutputImage, of task: String) async throws {
        try await askOnce { try await $0.outputProduced(image, by: task, as: $1) }
    }

    /// Sends an update of a task, in the API that the manager speaks.
    nonisolated func deliver(_ update: OutgoingUpdate, of task: String) async throws(ManagerError) -> UpdateReceipt {
        try await askOnceForSender(about: task) {
            try await self.learnDialect()
            return try await self.askOnce { client, credentials in
                let update = update.spoken(in: client.dialect)
                return update.isEmpty ? .accepted : try await client.updateTask(task, update.json, as: credentials)
            }
        }
    }

    /// Whether the worker may run a task; it may as far as the manager cannot be asked.
    nonisolated func mayRun(_ task: String) async throws(ManagerError) -> Bool {
        try await askOnceForSender(about: task) {
            try await self.learnDialect()
            guard await self.dialect.has(.taskPermission) else { return true }
            return try await self.askOnce { try await $0.mayRun(task, as: $1) }.mayKeepRunning
        }
    }
}

// MARK: Updates on the wire

extension OutgoingUpdate {
    /// What of the update a dialect has words for.
    func spoken(in dialect: APIDialect) -> OutgoingUpdate {
        var spoken = self
        if !dialect.has(.steps) { spoken.stepsCompleted = nil }
        return spoken
    }

    /// The update as JSON (`TaskUpdate`).
    var json: Data {
        TaskUpdate.json(taskStatus: status, activity: activity, stepsCompleted: stepsCompleted, log: log)
    }
}
