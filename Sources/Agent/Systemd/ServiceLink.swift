import FlamencoAPI
import Synchronization

/// Keeps the service manager informed of this agent: when it is up, what it does, and that it is on its way out.
///
/// It counts as up when it is signed on, and also when the manager cannot be reached: a farm without its manager must not
/// look like nodes that do not start.
package final class ServiceLink: Sendable {
    private struct State {
        var isReady = false
        var isStopping = false
        var problem: String?
        var task: String?
        var worker = "signing on"
        var said = ""

        var sentence: String { problem.map { "\($0); \(task ?? worker)" } ?? task ?? worker }
    }

    /// Where it is told.
    package let notifier: ServiceNotifier
    private let state = Mutex(State())

    package init(_ notifier: ServiceNotifier) { self.notifier = notifier }

    /// The manager took the sign-on.
    func signedOn() { update { $0.isReady = true } }

    /// The worker is in this state now, as far as the manager is concerned.
    func entered(_ status: WorkerStatus) {
        let words = status == .awake ? "awake, waiting for a task" : "\(status)"
        update { $0.worker = words }
    }

    /// A task began.
    func began(_ task: AssignedTask) {
        update { $0.task = "running task \(task.name) of job \(task.job)" }
    }

    /// The task came to its end.
    func taskEnded() { update { $0.task = nil } }

    /// The manager does not answer, for this reason; nil when it does again.
    func outage(_ problem: String?) {
        update { state in
            state.problem = problem
            if problem != nil { state.isReady = true }
        }
    }

    /// The agent was asked to end, by whomever.
    func stopping() {
        state.withLock { state in
            if !state.isStopping { notifier.tell(.stopping, .status("stopping")) }
            state.isStopping = true
        }
    }

    /// Tells what changed, in the order in which it changed.
    private func update(_ change: (inout State) -> Void) {
        state.withLock { state in
            let wasReady = state.isReady
            change(&state)
            let isNews = state.sentence != state.said
            state.said = state.sentence
            switch (state.isReady && !wasReady, isNews) {
            case (true, _): notifier.tell(.ready, .status(state.sentence))
            case (false, true): notifier.tell(.status(state.sentence))
            case (false, false): break
            }
        }
    }
}
