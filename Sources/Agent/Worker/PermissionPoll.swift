package import FlamencoAPI
import ManagerClient

/// Asks the manager again and again whether the running task may go on, which also shows it that the worker is alive.
///
/// Managers that have this question (`APIDialect.Feature.taskPermission`) want it in place of that for the state.
package struct PermissionPoll: Sendable {
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let clock: any Clock<Duration>
    private let log: Log

    package init(enrolment: Enrolment, requests: PatientRequests, clock: any Clock<Duration>, log: Log) {
        self.enrolment = enrolment
        self.requests = requests
        self.clock = clock
        self.log = log
    }

    /// Polls until the task may not go on, or the manager does not know this worker.
    ///
    /// A change of state that can wait until the task is done leaves the permission as it is; the manager says so to the
    /// next question for a task.
    ///
    /// - Parameters:
    ///   - task: the task.
    ///   - run: the name of this run of it.
    /// - Throws: `CancellationError` only.
    package func run(task: AssignedTask, run: String, every interval: Duration) async throws -> WorkerEvent {
        while true {
            try await clock.sleep(for: interval)
            do {
                let permission = try await requests.answer { [enrolment] in
                    try await enrolment.ask { try await $0.mayRun(task.uuid, as: $1) }
                }
                if permission.mayKeepRunning { continue }
                if permission.statusChangeRequested, let wanted = try await stateRequested() {
                    return .stateRequested(wanted)
                }
                return .taskRefused(run: run, reason: permission.reason)
            } catch let error as ManagerError {
                if case .unauthorised = error.reason { return .unauthorised }
                if error.isNotFound {
                    return .taskRefused(run: run, reason: "the manager does not know the task any more")
                }
                log.about(task).error("cannot ask whether the task may go on: \(error)")
            }
        }
    }

    private func stateRequested() async throws -> WorkerStatus? {
        try await requests.answer { [enrolment] in try await enrolment.ask { try await $0.state(as: $1) } }
    }
}
