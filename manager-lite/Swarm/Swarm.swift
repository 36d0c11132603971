import Dispatch
import HTTPServer
import Synchronization
import System

/// Thousands of simulated workers in one process, to measure the performance of a manager.
///
/// All of them run on one thread, with a connection each, and with minimal work for each request, so that the manager
/// is measured.
package struct Swarm: Sendable {
    private let plan: SwarmPlan
    /// The progress of the swarm.
    package let progress = SwarmProgress()

    /// Creates a swarm.
    ///
    /// - Throws: ``SwarmError`` if this process may not open as many connections.
    package init(_ plan: SwarmPlan) throws(SwarmError) {
        self.plan = plan
        let limit = ResourceLimit.raiseOpenFiles()
        let needed = plan.workers + ResourceLimit.filesBesideConnections
        guard limit >= needed else {
            throw SwarmError(
                "\(plan.workers) workers need \(needed) file descriptors, but this process is limited to \(limit); raise the "
                    + "limit (ulimit -n, LimitNOFILE)")
        }
    }

    /// Lets the workers sign on, work and sign off; returns after that. To stop, use ``SwarmProgress/stop()`` instead
    /// of cancelling the surrounding task.
    ///
    /// - Throws: ``SwarmError`` if the manager's name cannot be resolved.
    package func run() async throws -> SwarmReport {
        let (plan, progress) = (plan, progress)
        return try await withCheckedThrowingContinuation { continuation in
            // A separate queue uses its own thread for the whole time.
            DispatchQueue(label: "swarm").async {
                continuation.resume(
                    with: Result {
                        guard let address = SocketAddress(resolving: plan.host, port: UInt16(clamping: plan.port))
                        else {
                            throw SwarmError("cannot find the address of the manager \(plan.host)")
                        }
                        return try SwarmLoop(plan: plan, address: address, progress: progress).run()
                    })
            }
        }
    }
}

/// The progress of a swarm, which also stops it.
package final class SwarmProgress: Sendable {
    /// The current numbers.
    package struct Figures: Sendable {
        /// The number of workers that are signed on.
        package var present = 0
        /// The number of ended tasks.
        package var tasks = 0
        /// The number of answered requests.
        package var requests = 0
    }

    private let state = Mutex((figures: Figures(), isStopped: false))

    init() {}

    /// The most recent numbers.
    package var figures: Figures { state.withLock(\.figures) }

    /// Lets the workers sign off now.
    package func stop() { state.withLock { $0.isStopped = true } }

    var isStopped: Bool { state.withLock(\.isStopped) }

    func note(present: Int, tasks: Int, requests: Int) {
        state.withLock { $0.figures = Figures(present: present, tasks: tasks, requests: requests) }
    }
}

/// Why the swarm cannot run, in one sentence.
package struct SwarmError: Error, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}
