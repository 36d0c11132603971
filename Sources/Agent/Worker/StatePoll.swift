import FlamencoAPI
import ManagerClient

/// Asks the manager again and again which state it wants.
package struct StatePoll: Sendable {
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let clock: any Clock<Duration>
    private let log: Log

    package init(
        enrolment: Enrolment, requests: PatientRequests, clock: any Clock<Duration>, log: Log
    ) {
        self.enrolment = enrolment
        self.requests = requests
        self.clock = clock
        self.log = log
    }

    /// Polls until the manager wants something, or does not know this worker.
    ///
    /// - Throws: `CancellationError` only.
    package func run(every interval: Duration) async throws -> WorkerEvent {
        while true {
            try await clock.sleep(for: interval)
            do {
                let wanted = try await requests.answer { [enrolment] in
                    try await enrolment.ask { try await $0.state(as: $1) }
                }
                if let wanted { return .stateRequested(wanted) }
            } catch let error as ManagerError {
                if case .unauthorised = error.reason { return .unauthorised }
                log.error("cannot ask which state is wanted: \(error)")
            }
        }
    }
}
