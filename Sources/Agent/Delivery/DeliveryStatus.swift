package import ManagerClient
import Synchronization

/// What waits for delivery, and what has been delivered.
package struct DeliveryCounters: Hashable, Sendable {
    /// Bytes of logs that the manager has not confirmed.
    package var bytesWaiting = 0
    /// Tasks with something unconfirmed, possibly including the running one.
    package var tasksWaiting = 0
    /// Why the last request failed; nil if it succeeded.
    package var lastError: String?
    /// Whether the sender is paused until it is told to continue.
    package var isPaused = false
    /// Updates delivered since the start.
    package var updatesDelivered = 0
    /// Bytes of logs delivered with these updates.
    package var bytesDelivered = 0
}

/// The counters of a sender, which any thread can read at any time.
final class DeliveryTally: Sendable {
    private let counters = Mutex(DeliveryCounters())

    /// The counters, without those of what waits.
    var current: DeliveryCounters { counters.withLock(\.self) }

    func change(_ body: (inout DeliveryCounters) -> Void) { counters.withLock { body(&$0) } }

    /// Records that the manager accepted an update with this many bytes of a log.
    func delivered(_ bytes: Int) {
        change {
            $0.updatesDelivered += 1
            $0.bytesDelivered += bytes
        }
    }
}

/// What the sender found out that affects the whole agent.
package enum DeliveryEvent: Hashable, Sendable {
    /// 409: the task no longer belongs to this worker. Its queue was dropped; if this run is still active, stop it.
    ///
    /// `run` is the name of the spool, because the same task may have been started again in the meantime.
    case taskNotOurs(taskID: String, run: String)
    /// 401 or 403: the manager does not know this worker. Nothing is sent until ``UpdateSender/resume()``.
    case unauthorised(ManagerError)
}
