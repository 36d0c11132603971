import ManagerClient

/// Asks the manager again and again until it gives a definite answer.
package struct PatientRequests: Sendable {
    private let clock: any Clock<Duration>
    private let outage: Outage
    private let backoff: Backoff

    /// - Parameter backoff: how to wait after failures; each request begins with a fresh copy.
    package init(clock: any Clock<Duration>, outage: Outage, backoff: Backoff) {
        self.clock = clock
        self.outage = outage
        self.backoff = backoff
    }

    /// The answer to a request, which is repeated for as long as the manager does not answer or cannot.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    package func answer<Answer: Sendable>(
        to request: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        var backoff = backoff
        while true {
            try Task.checkCancellation()
            do {
                let answer = try await request()
                outage.answered()
                return answer
            } catch let error as ManagerError where error.isTransient {
                if Task.isCancelled { throw CancellationError() }
                outage.failed(error)
                try await clock.sleep(for: backoff.next(retryAfter: error.retryAfter))
            } catch {
                if error is ManagerError { outage.answered() }
                throw error
            }
        }
    }
}
