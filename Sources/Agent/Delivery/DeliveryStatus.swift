package import ManagerClient
import Synchronization

/// What waits for the manager, and what it has taken.
package struct DeliveryCounters: Hashable, Sendable {
    /// Bytes of logs that the manager has not confirmed.
    package var bytesWaiting = 0
    /// Tasks of which something is not confirmed, the running one perhaps among them.
    package var tasksWaiting = 0
    /// Why the last request failed; nil when it did not.
    package var lastError: String?
    /// Whether the sender waits to be told to go on.
    package var isPaused = false
    /// Updates that the manager took since the start.
    package var updatesDelivered = 0
    /// Bytes of logs that it took with them.
    package var bytesDelivered = 0
}

/// What a sender keeps count of, for anybody to read at any time.
final class DeliveryTally: Sendable {
    private let counters = Mutex(DeliveryCounters())

    /// The counters, but for what waits.
    var current: DeliveryCounters { counters.withLock(\.self) }

    func change(_ body: (inout DeliveryCounters) -> Void) { counters.withLock { body(&$0) } }

    /// The manager took an update with so many bytes of a log.
    func delivered(_ bytes: Int) {
        change {
            $0.updatesDelivered += 1
            $0.bytesDelivered += bytes
        }
    }
}

/// What the sender found out that concerns the agent as a whole.
package enum DeliveryEvent: Hashable, Sendable {
    /// 409: the task is not ours any more. Its queue was dropped; if this run is still going on, stop it.
    ///
    /// `run` is the name of the spool, since the same task may have been begun again meanwhile.
    case taskNotOurs(taskID: String, run: String)
    /// 401 or 403: the manager does not know this worker. Nothing is sent until ``UpdateSender/resume()``.
    case unauthorised(ManagerError)
}
