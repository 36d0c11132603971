import FlamencoAPI
import FoundationEssentials
import ManagerClient

extension ManagerClient {
    /// Sends an update of a task.
    func deliver(
        _ update: OutgoingUpdate, of task: String, as worker: WorkerCredentials?
    ) async throws(ManagerError) -> UpdateReceipt {
        guard let worker else {
            throw ManagerError(
                request: "update of task \(task)",
                reason: .unauthorised(status: 401, message: "this worker is not registered"))
        }
        do {
            return try await updateTask(task, update.json, as: worker)
        } catch let error as ManagerError {
            throw error
        } catch {
            throw ManagerError(request: "update of task \(task)", reason: .unreachable("it was cancelled"))
        }
    }
}

extension OutgoingUpdate {
    /// The update as the contract's JSON (`TaskUpdate`).
    var json: Data { TaskUpdate.json(taskStatus: status, activity: activity, log: log) }
}
