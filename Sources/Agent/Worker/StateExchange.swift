import FlamencoAPI
import ManagerClient

// What worker and manager tell each other of the worker's state. Each of these ends with an event for the state machine.

/// Tells the manager which state the worker entered.
struct Acknowledgement: Sendable {
    let manager: ManagerSession
    let sender: UpdateSender
    /// How long delivering may hold up the news of a state.
    let flushTime: Duration
    let log: Log

    /// Tells it, however long it takes; a manager that does not want to know this state is not told again.
    ///
    /// What is known of tasks goes first, since a manager that hears of a new state may give the worker's task to another
    /// one, and takes nothing more about it then.
    ///
    /// - Throws: `CancellationError` only.
    func send(_ status: WorkerStatus) async throws -> WorkerEvent {
        if await !sender.flush(within: flushTime) {
            try Task.checkCancellation()
            log.warning("reporting the state “\(status)” before all task updates are delivered")
        }
        do {
            try await manager.stateChanged(to: status)
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("the manager did not accept the state “\(status)”: \(error)")
        }
        return .acknowledged
    }
}

/// Asks the manager again and again which state it wants.
struct StatePoll: Sendable {
    let manager: ManagerSession
    let clock: any Clock<Duration>
    let log: Log

    /// Polls until the manager wants something else than before, or does not know this worker.
    ///
    /// - Parameter known: what the manager is known to want, and does not get now.
    /// - Throws: `CancellationError` only.
    func run(every interval: Duration, known: WorkerStatus? = nil) async throws -> WorkerEvent {
        while true {
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

/// Asks the manager again and again whether the running task may go on, which also shows it that the worker is alive.
///
/// Managers that have this question (`APIDialect.Feature.taskPermission`) want it in place of that for the state.
struct PermissionPoll: Sendable {
    let manager: ManagerSession
    let clock: any Clock<Duration>
    let log: Log

    /// Polls until the task may not go on, or the manager does not know this worker.
    ///
    /// A change of state that can wait until the task is done leaves the permission as it is; the manager says so to the
    /// next question for a task.
    ///
    /// - Parameters:
    ///   - task: the task.
    ///   - run: the name of this run of it.
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
