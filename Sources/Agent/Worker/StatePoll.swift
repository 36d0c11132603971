import FlamencoAPI
package import ManagerClient

/// Asks the manager again and again which state it wants.
package struct StatePoll: Sendable {
    private let client: ManagerClient
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let clock: any Clock<Duration>
    private let log: Log

    package init(
        client: ManagerClient, enrolment: Enrolment, requests: PatientRequests, clock: any Clock<Duration>, log: Log
    ) {
        self.client = client
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
            guard let credentials = await enrolment.credentials else { return .unauthorised }
            do {
                let wanted = try await requests.answer { [client] in try await client.state(as: credentials) }
                if let wanted { return .stateRequested(wanted) }
            } catch let error as ManagerError {
                if case .unauthorised = error.reason { return .unauthorised }
                log.error("cannot ask which state is wanted: \(error)")
            }
        }
    }
}
