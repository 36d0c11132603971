import FlamencoAPI
import ManagerClient
import System

// The exchange of the worker's state with the manager. Each of these ends with an event for the state machine.

/// Reports the state that the worker entered.
struct Acknowledgement: Sendable {
    let manager: ManagerSession
    let sender: UpdateSender
    /// How long delivery may delay the report of a state.
    let flushTime: Duration
    let log: Log

    /// Reports the state, however long it takes; if the manager does not accept it, it is not repeated.
    ///
    /// Task updates are delivered first, because a manager that learns of a new state may assign the worker's task to
    /// another worker, and then accepts no more updates for it.
    ///
    /// - Throws: `CancellationError` only.
    func send(_ status: WorkerStatus) async throws -> WorkerEvent {
        if await !sender.flush(within: flushTime) {
            try Task.checkCancellation()
            log.warning("reporting the state \"\(status)\" before all task updates are delivered")
        }
        do {
            try await manager.stateChanged(to: status)
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("the manager did not accept the state \"\(status)\": \(error)")
        }
        return .acknowledged
    }
}

/// Polls the state that the manager requests.
struct StatePoll: Sendable {
    let manager: ManagerSession
    let clock: any Clock<Duration>
    let log: Log

    /// Polls until the manager requests another state than before, or does not know this worker.
    ///
    /// - Parameters:
    ///   - known: the state that the manager is known to request, and that is not entered now.
    ///   - isIdle: whether the agent does nothing else, so that its code is released before each rest.
    /// - Throws: `CancellationError` only.
    func run(every interval: Duration, known: WorkerStatus? = nil, isIdle: Bool = false) async throws -> WorkerEvent {
        while true {
            if isIdle { ProgramCode.releasePages() }
            try await clock.sleep(for: interval)
            do {
                let wanted = try await manager.requestedState()
                if wanted != known { return wanted.map { .stateRequested($0) } ?? .requestWithdrawn }
            } catch let error as ManagerError {
                if case .unauthorised = error.reason { return .unauthorised }
                log.error("cannot query the requested state: \(error)")
            }
        }
    }
}

/// Polls whether the running task may continue, which also shows the manager that the worker is alive.
///
/// Managers with this request (`APIDialect.Feature.taskPermission`) expect it instead of the one for the state.
struct PermissionPoll: Sendable {
    let manager: ManagerSession
    let clock: any Clock<Duration>
    let log: Log

    /// Polls until the task may not continue, or the manager does not know this worker.
    ///
    /// A state change that can wait until the task has ended does not affect the permission; the manager reports it in
    /// response to the next task request.
    ///
    /// - Parameters:
    ///   - task: the task.
    ///   - run: the name of this run.
    /// - Throws: `CancellationError` only.
    func run(task: AssignedTask, run: String, every interval: Duration) async throws -> WorkerEvent {
        while true {
            try await clock.sleep(for: interval)
            do {
                let permission = try await manager.permission(toRun: task.uuid)
                if permission.mayKeepRunning { continue }
                if permission.statusChangeRequested, let wanted = try await manager.requestedState() {
                    return .stateRequested(wanted)
                }
                return .taskRefused(run: run, reason: permission.reason)
            } catch let error as ManagerError {
                if case .unauthorised = error.reason { return .unauthorised }
                if error.isNotFound {
                    return .taskRefused(run: run, reason: "the manager no longer knows the task")
                }
                log.about(task).error("cannot ask whether the task may continue: \(error)")
            }
        }
    }
}
