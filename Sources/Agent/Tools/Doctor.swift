import HumanText
import Synchronization

/// Checks everything that an agent needs on this machine.
package struct Doctor: Sendable {
    /// The result of a check.
    package struct Result: Encodable, Hashable, Sendable {
        package let name: String
        package let status: DoctorFinding.Status
        package let finding: String
        package let advice: String?

        init(_ name: String, _ finding: DoctorFinding) {
            self.name = name
            status = finding.status
            self.finding = finding.finding
            advice = finding.advice
        }
    }

    private let checks: [any DoctorCheck]
    private let limit: Duration
    private let clock: any Clock<Duration>

    /// - Parameter limit: the time limit of each check.
    package init(_ checks: [any DoctorCheck], limit: Duration = .seconds(20), clock: any Clock<Duration>) {
        self.checks = checks
        self.limit = limit
        self.clock = clock
    }

    /// Runs all checks concurrently, and returns their results in order.
    package func results() async -> [Result] {
        await withTaskGroup(of: (Int, Result).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, Result(check.name, await finding(of: check))) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Returns the finding of a check. A check that hangs, for example in a file system that does not respond, is
    /// abandoned.
    private func finding(of check: any DoctorCheck) async -> DoctorFinding {
        let first = FirstFinding()
        let work = Task { first.found(await check.run()) }
        let alarm = Task { [limit, clock] in
            guard (try? await clock.sleep(for: limit)) != nil else { return }
            first.found(
                .failed(
                    "no result within \(DurationText.text(limit))",
                    "check whether a disk, a network file system or the network hangs"))
        }
        let finding = await first.wait()
        work.cancel()
        alarm.cancel()
        return finding
    }
}

/// The first of several findings.
private final class FirstFinding: Sendable {
    private struct State {
        var finding: DoctorFinding?
        var waiter: CheckedContinuation<DoctorFinding, Never>?
    }

    private let state = Mutex(State())

    func found(_ finding: DoctorFinding) {
        let waiter = state.withLock { state in
            guard state.finding == nil else { return nil as CheckedContinuation<DoctorFinding, Never>? }
            state.finding = finding
            return state.waiter
        }
        waiter?.resume(returning: finding)
    }

    func wait() async -> DoctorFinding {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.finding == nil { state.waiter = continuation }
                return state.finding
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

/// A check of something that an agent needs on this machine.
///
/// It changes nothing, and does not disturb a running agent.
package protocol DoctorCheck: Sendable {
    /// What it checks, in a word or two.
    var name: String { get }

    /// Runs the check; the caller limits the time.
    func run() async -> DoctorFinding
}

/// What a check found.
package struct DoctorFinding: Hashable, Sendable {
    /// The severity.
    package enum Status: String, Encodable, Sendable {
        case ok
        /// The agent works, but perhaps not as intended.
        case warning
        /// The agent cannot work, or not completely.
        case failed
        /// There is nothing to check.
        case notApplicable = "not_applicable"
    }

    package var status: Status
    /// What was found, without a full stop.
    package var finding: String
    /// What to do about it.
    package var advice: String?

    package static func ok(_ finding: String) -> Self { Self(status: .ok, finding: finding) }
    package static func warning(_ finding: String, _ advice: String) -> Self {
        Self(status: .warning, finding: finding, advice: advice)
    }
    package static func failed(_ finding: String, _ advice: String) -> Self {
        Self(status: .failed, finding: finding, advice: advice)
    }
    package static func notApplicable(_ finding: String) -> Self { Self(status: .notApplicable, finding: finding) }
}
