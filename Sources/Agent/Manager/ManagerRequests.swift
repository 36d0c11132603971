import FlamencoAPI
import ManagerClient
import Spool

// The requests of this worker to its manager.

// MARK: Repeated until answered

extension ManagerSession {
    /// Requests a task.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func scheduleTask() async throws -> ScheduledTask {
        try await ask { try await $0.scheduleTask(as: $1) }
    }

    /// Returns the state that the manager requests; nil if it requests none.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func requestedState() async throws -> WorkerStatus? {
        try await ask { try await $0.state(as: $1) }
    }

    /// Reports the state that the worker entered.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func stateChanged(to status: WorkerStatus) async throws {
        try await ask { try await $0.stateChanged(WorkerStateChanged(status: status), as: $1) }
    }

    /// Returns whether the running task may continue; for managers with this request (`APIDialect.Feature.taskPermission`).
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func permission(toRun task: String) async throws -> TaskPermission {
        try await ask { try await $0.mayRun(task, as: $1) }
    }
}

// MARK: Sent once

extension ManagerSession {
    /// Signs the worker off, in this state.
    func signOff(as status: WorkerStatus) async throws {
        // If the manager does not accept the state, the worker still has to sign off.
        try? await askOnce { try await $0.stateChanged(WorkerStateChanged(status: status), as: $1) }
        try await askOnce { try await $0.signOff(as: $1) }
    }

    /// Uploads an image that a task produced.
    func show(_ image: OutputImage, of task: String) async throws {
        try await askOnce { try await $0.outputProduced(image, by: task, as: $1) }
    }

    /// Sends an update of a task, in the API of the manager.
    nonisolated func deliver(_ update: OutgoingUpdate, of task: String) async throws(ManagerError) -> UpdateReceipt {
        try await askOnceForSender(about: task) {
            try await self.learnDialect()
            return try await self.askOnce { client, credentials in
                let update = update.spoken(in: client.dialect)
                return update.isEmpty ? .accepted : try await client.updateTask(task, update.text, as: credentials)
            }
        }
    }

    /// Asks whether the worker may run a task; returns true if the manager cannot be asked.
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
    /// Returns the part of the update that a dialect supports.
    func spoken(in dialect: APIDialect) -> OutgoingUpdate {
        var spoken = self
        if !dialect.has(.steps) { spoken.stepsCompleted = nil }
        return spoken
    }

    /// The update as JSON (`TaskUpdate`).
    var text: TaskUpdateText {
        TaskUpdateText(taskStatus: status, activity: activity, stepsCompleted: stepsCompleted, log: log)
    }
}
