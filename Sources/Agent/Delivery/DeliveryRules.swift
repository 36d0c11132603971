import ManagerClient
import Spool

/// When a batch is sent to the manager, and how large it may be.
struct BatchRule: Hashable, Sendable {
    /// A batch of this many bytes is sent immediately.
    var usual = 64 << 10
    /// Maximum size of the log in one request, in bytes.
    var largest = 512 << 10
    /// Maximum time that the first byte waits.
    var delay: Duration = .seconds(2)
    /// If a task has been active for longer than this before it is reported, the manager is asked first.
    static let lateness = Duration.seconds(5)

    /// What to do for a task.
    enum Decision: Hashable, Sendable {
        /// Nothing waits.
        case nothing
        /// A batch is due at this time.
        case waitUntil(Duration)
        /// A batch is due.
        case send
        /// The manager has everything, and nothing more will come.
        case close
    }

    func decision(for waiting: WaitingUpdate, at now: Duration) -> Decision {
        if waiting.isUrgent || waiting.bytes >= usual { return .send }
        guard waiting.bytes > 0 || waiting.hasNews else { return waiting.hasEnded ? .close : .nothing }
        let due = (waiting.since ?? now) + delay
        return now >= due ? .send : .waitUntil(due)
    }
}

/// The maximum size of the log in one request. It is halved when the manager, or a proxy in front of it, answers 413.
/// It grows again after a number of accepted requests, which increases each time growing was in vain.
struct BatchLimit: Hashable, Sendable {
    /// The current limit.
    private(set) var bytes: Int
    private let largest: Int
    private var taken = 0
    private var patience = shortestPatience
    private var hasGrown = false

    /// The number of accepted requests after which the limit grows, at first.
    static let shortestPatience = 16
    /// The maximum of that number.
    static let longestPatience = 1024

    init(largest: Int) {
        bytes = largest
        self.largest = largest
    }

    /// Records that a request was too large; the next one takes at most `smaller` bytes.
    mutating func refused(next smaller: Int) {
        if hasGrown { patience = min(patience * 2, Self.longestPatience) }
        (bytes, taken, hasGrown) = (min(smaller, bytes), 0, false)
    }

    /// Records that a request was accepted.
    mutating func accepted() {
        guard bytes < largest else { return }
        taken += 1
        guard taken >= patience else { return }
        (bytes, taken, hasGrown) = (min(bytes * 2, largest), 0, true)
    }
}

/// What the manager's answer to a task update means for the queue.
enum DeliveryStep: Hashable, Sendable {
    /// The manager has it: continue with what follows.
    case advance
    /// The task no longer belongs to this worker: drop everything queued for it.
    case abandon
    /// The manager does not know this worker: send nothing until it has signed on again, then repeat this update.
    case pause
    /// The manager rejects this update: continue with what follows.
    case drop
    /// The manager rejects this update, but may accept the status without log and steps.
    case sendStatusAlone
    /// Too large for the manager or a proxy: send the same part of the log in pieces of at most this many bytes.
    case sendLess(Int)
    /// The result is unknown: repeat the update after a while.
    case retry

    /// The smallest piece that is divided further.
    static let smallestPiece = 16 << 10

    /// - Parameter logBytes: the size of the log in the update.
    static func after(
        _ answer: Result<UpdateReceipt, ManagerError>, to update: OutgoingUpdate, logBytes: Int
    ) -> DeliveryStep {
        switch answer {
        case .success(.accepted): return .advance
        case .success(.notOurs): return .abandon
        case .failure(let error):
            switch error.reason {
            case .unreachable, .brokenReply, .busy: return .retry
            case .unauthorised: return .pause
            case .rejected(status: 413, _, _) where logBytes > smallestPiece: return .sendLess(logBytes / 2)
            case .rejected(status: 404, _, _): return .drop
            case .rejected:
                let saysMore = !update.log.isEmpty || update.stepsCompleted != nil
                return update.status != nil && saysMore ? .sendStatusAlone : .drop
            }
        }
    }
}
