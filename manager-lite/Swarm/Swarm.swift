import Dispatch
import HTTPServer
import Synchronization
import System

/// Workers that only play, thousands in one process, to see what a manager can take.
///
/// All of them run on one thread, with a connection each, and no more work a request than it takes to write it and to look
/// at the answer, so that what is measured is the manager.
package struct Swarm: Sendable {
    private let plan: SwarmPlan
    /// How it goes on.
    package let progress = SwarmProgress()

    /// A swarm that has not begun.
    ///
    /// - Throws: ``SwarmError`` when this process may not have as many connections.
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

    /// Lets the workers come, work and leave; returns when they are gone. The surrounding task need not be cancelled: see
    /// ``SwarmProgress/stop()``.
    ///
    /// - Throws: ``SwarmError`` when the manager's name leads nowhere.
    package func run() async throws -> SwarmReport {
        let (plan, progress) = (plan, progress)
        return try await withCheckedThrowingContinuation { continuation in
            // A queue of its own has a thread to itself for as long as this takes.
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

/// How a swarm goes on, for whoever watches and stops it.
package final class SwarmProgress: Sendable {
    /// What there is to see.
    package struct Figures: Sendable {
        /// How many workers are signed on.
        package var present = 0
        /// How many tasks have ended.
        package var tasks = 0
        /// How many requests were answered.
        package var requests = 0
    }

    private let state = Mutex((figures: Figures(), isStopped: false))

    init() {}

    /// The figures of a moment ago.
    package var figures: Figures { state.withLock(\.figures) }

    /// Lets the workers leave now.
    package func stop() { state.withLock { $0.isStopped = true } }

    var isStopped: Bool { state.withLock(\.isStopped) }

    func note(present: Int, tasks: Int, requests: Int) {
        state.withLock { $0.figures = Figures(present: present, tasks: tasks, requests: requests) }
    }
}

/// Why there is no swarm, in one sentence.
package struct SwarmError: Error, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}
