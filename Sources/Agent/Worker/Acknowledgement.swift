package import FlamencoAPI
import ManagerClient

/// Tells the manager which state the worker entered.
package struct Acknowledgement: Sendable {
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let sender: UpdateSender
    private let flushTime: Duration
    private let log: Log

    /// - Parameter flushTime: how long delivering may hold up the news of a state.
    package init(
        enrolment: Enrolment, requests: PatientRequests, sender: UpdateSender,
        flushTime: Duration, log: Log
    ) {
        self.enrolment = enrolment
        self.requests = requests
        self.sender = sender
        self.flushTime = flushTime
        self.log = log
    }

    /// Tells it, however long it takes; a manager that does not want to know this state is not told again.
    ///
    /// What is known of tasks goes first, since a manager that hears of a new state may give the worker's task to another
    /// one, and takes nothing more about it then.
    ///
    /// - Throws: `CancellationError` only.
    package func send(_ status: WorkerStatus) async throws -> WorkerEvent {
        if await !sender.flush(within: flushTime) {
            try Task.checkCancellation()
            log.warning("the state “\(status)” goes to the manager before all that is known of tasks")
        }
        do {
            try await requests.answer { [enrolment] in
                try await enrolment.ask { try await $0.stateChanged(WorkerStateChanged(status: status), as: $1) }
            }
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("the manager does not take the state “\(status)”: \(error)")
        }
        return .acknowledged
    }
}
