import FlamencoAPI
import FoundationEssentials
import ManagerClient
import Spool

extension Enrolment {
    /// Sends an update of a task.
    nonisolated func deliver(_ update: OutgoingUpdate, of task: String) async throws(ManagerError) -> UpdateReceipt {
        try await definite(task) {
            try await self.learnDialect()
            return try await self.ask { try await $0.send(update, of: task, as: $1) }
        }
    }
}

extension Enrolment {
    /// Whether the worker may run a task; it may as far as a manager cannot be asked.
    nonisolated func mayRun(_ task: String) async throws(ManagerError) -> Bool {
        try await definite(task) {
            try await self.learnDialect()
            guard await self.dialect.has(.taskPermission) else { return true }
            return try await self.ask { try await $0.mayRun(task, as: $1) }.mayKeepRunning
        }
    }
}

extension ManagerClient {
    /// Whether a worker may run a task; it may as far as the manager cannot be asked.
    func mayRun(_ task: String, for worker: WorkerCredentials) async throws(ManagerError) -> Bool {
        try await definite(task) {
            let client = try await self.introduced().client
            guard client.dialect.has(.taskPermission) else { return true }
            return try await client.mayRun(task, as: worker).mayKeepRunning
        }
    }

    /// Sends an update of a task, in the API that the manager speaks.
    func deliver(
        _ update: OutgoingUpdate, of task: String, as worker: WorkerCredentials
    ) async throws(ManagerError) -> UpdateReceipt {
        try await definite(task) {
            try await self.introduced().client.send(update, of: task, as: worker)
        }
    }

    /// Sends as much of an update as this client's dialect has words for; when that is nothing, nothing.
    fileprivate func send(
        _ update: OutgoingUpdate, of task: String, as worker: WorkerCredentials
    ) async throws -> UpdateReceipt {
        let update = update.spoken(in: dialect)
        return update.isEmpty ? .accepted : try await updateTask(task, update.json, as: worker)
    }
}

/// Anything but the manager's answer means that nobody knows whether it took the update.
private func definite<Answer: Sendable>(
    _ task: String, _ send: () async throws -> Answer
) async throws(ManagerError) -> Answer {
    do {
        return try await send()
    } catch let error as ManagerError {
        throw error
    } catch {
        throw ManagerError(request: "update of task \(task)", reason: .unreachable("it was cancelled"))
    }
}

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
