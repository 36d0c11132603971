import ManagerClient
import Spool

/// When a batch goes to the manager, and how large it may be.
struct BatchRule: Hashable, Sendable {
    /// So many bytes waiting go at once.
    var usual = 64 << 10
    /// The most bytes of a log in one request.
    var largest = 512 << 10
    /// How long the first byte waits at most.
    var delay: Duration = .seconds(2)
    /// Older news that a task runs needs the manager's consent.
    static let lateness = Duration.seconds(5)

    /// What there is to do for a task.
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

/// How many bytes of a log one request may take. A manager, or something on the way to it, that answers 413 halves it; it
/// grows again after a number of requests that were taken, which is larger each time that growing was in vain.
struct BatchLimit: Hashable, Sendable {
    /// The limit now.
    private(set) var bytes: Int
    private let largest: Int
    private var taken = 0
    private var patience = shortestPatience
    private var hasGrown = false

    /// So many requests have to be taken at first before the limit grows.
    static let shortestPatience = 16
    /// And so many in the end.
    static let longestPatience = 1024

    init(largest: Int) {
        bytes = largest
        self.largest = largest
    }

    /// A request was too large; the next one takes at most so many bytes.
    mutating func refused(next smaller: Int) {
        if hasGrown { patience = min(patience * 2, Self.longestPatience) }
        (bytes, taken, hasGrown) = (min(smaller, bytes), 0, false)
    }

    /// A request was taken.
    mutating func accepted() {
        guard bytes < largest else { return }
        taken += 1
        guard taken >= patience else { return }
        (bytes, taken, hasGrown) = (min(bytes * 2, largest), 0, true)
    }
}

/// What follows from a manager's answer to an update of a task.
enum DeliveryStep: Hashable, Sendable {
    /// The manager has it: go on behind it.
    case advance
    /// The task is not ours any more: drop all that is queued for it.
    case abandon
    /// The manager does not know us: send nothing until we have signed on again, then the same once more.
    case pause
    /// The manager does not want this one: go on behind it.
    case drop
    /// The manager does not want this one, but it may want the status without log and steps.
    case sendStatusAlone
    /// Too large for something on the way: the same part of the log in pieces of at most so many bytes.
    case sendLess(Int)
    /// Nobody knows: the same once more, after a while.
    case retry

    /// The smallest piece that it is worth to divide.
    static let smallestPiece = 16 << 10

    /// - Parameter logBytes: how many bytes of the log the update took.
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
