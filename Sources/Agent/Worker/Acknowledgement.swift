package import FlamencoAPI
package import ManagerClient

/// Tells the manager which state the worker entered.
package struct Acknowledgement: Sendable {
    private let client: ManagerClient
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let log: Log

    package init(client: ManagerClient, enrolment: Enrolment, requests: PatientRequests, log: Log) {
        self.client = client
        self.enrolment = enrolment
        self.requests = requests
        self.log = log
    }

    /// Tells it, however long it takes; a manager that does not want to know this state is not told again.
    ///
    /// - Throws: `CancellationError` only.
    package func send(_ status: WorkerStatus) async throws -> WorkerEvent {
        guard let credentials = await enrolment.credentials else { return .unauthorised }
        do {
            try await requests.answer { [client] in
                try await client.stateChanged(WorkerStateChanged(status: status), as: credentials)
            }
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("the manager does not take the state “\(status)”: \(error)")
        }
        return .acknowledged
    }
}
