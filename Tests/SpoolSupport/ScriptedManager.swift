package import Agent
package import FlamencoAPI
package import ManagerClient
package import Spool
import Synchronization

/// A manager in memory: keeps what it took, and answers as a test says.
package final class ScriptedManager: Sendable {
    package struct Received: Sendable {
        package var taskID: String
        package var update: OutgoingUpdate
    }

    private struct State {
        var script: [Result<UpdateReceipt, ManagerError>] = []
        var requests: [Received] = []
        var accepted: [Received] = []
    }

    private let state = Mutex(State())

    /// Answers to the next requests; after them, everything is accepted.
    package init(_ script: [Result<UpdateReceipt, ManagerError>] = []) { state.withLock { $0.script = script } }

    package var send: UpdateSender.Send {
        { (taskID, update) async throws(ManagerError) in try self.take(Received(taskID: taskID, update: update)) }
    }

    private func take(_ received: Received) throws(ManagerError) -> UpdateReceipt {
        let answer: Result<UpdateReceipt, ManagerError> = state.withLock { state in
            state.requests.append(received)
            let answer = state.script.isEmpty ? .success(.accepted) : state.script.removeFirst()
            if case .success(.accepted) = answer { state.accepted.append(received) }
            return answer
        }
        return try answer.get()
    }

    package var requests: [Received] { state.withLock(\.requests) }
    package var accepted: [Received] { state.withLock(\.accepted) }

    package func log(of taskID: String) -> String {
        String(decoding: accepted.filter { $0.taskID == taskID }.flatMap(\.update.log), as: UTF8.self)
    }

    package func statuses(of taskID: String) -> [TaskStatus] {
        accepted.filter { $0.taskID == taskID }.compactMap(\.update.status)
    }

    package func activity(of taskID: String) -> String? {
        accepted.filter { $0.taskID == taskID }.compactMap(\.update.activity).last
    }
}

extension ManagerError {
    package static func answer(_ reason: Reason) -> Result<UpdateReceipt, ManagerError> {
        .failure(ManagerError(request: "POST http://manager.example/api/worker/task/1", reason: reason))
    }
}

extension SpooledTask {
    package static func example(_ id: String = "00000000-0000-4000-8000-000000000001") -> SpooledTask {
        SpooledTask(id: id, name: "render-1-10", jobID: "00000000-0000-4000-8000-0000000000aa", jobName: "shot 12")
    }
}

/// Runs a sender while `body` runs.
package func withRunning<Value: Sendable>(
    _ sender: UpdateSender, _ body: @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await sender.run() }
        defer { group.cancelAll() }
        return try await body()
    }
}

/// A switch for the faults of a file system.
package final class FaultSwitch: Sendable {
    package init() {}

    private let fault = Mutex<@Sendable (SpoolFiles.Step, String) -> SpoolFiles.Fault?>({ _, _ in nil })

    package var files: SpoolFiles { SpoolFiles { step, path in self.fault.withLock { $0 }(step, path) } }

    package func set(_ fault: @escaping @Sendable (SpoolFiles.Step, String) -> SpoolFiles.Fault?) {
        self.fault.withLock { $0 = fault }
    }

    /// Everything that needs room or changes something fails with this error.
    package func failAll(_ number: Int32) { set { _, _ in .error(number) } }

    package func clear() { set { _, _ in nil } }
}

/// What was told to a closure, in order.
package final class Recorder<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    package init() {}

    package var all: [Value] { values.withLock(\.self) }

    package func add(_ value: Value) { values.withLock { $0.append(value) } }
}
