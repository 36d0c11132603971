import Farm
import FoundationEssentials
import HTTPServer
import Synchronization

/// The clients that watch the farm over `/events`, and what was sent to them.
///
/// Without clients, nothing is kept and nothing recorded. The lock of the farm may be acquired under that of the feed,
/// never the other way round.
final class FarmFeed: Sendable {
    struct State {
        var batches: EventBatches
        var readers: [HTTPStream] = []
        /// Whether changes are recorded.
        var isWatching = false
        /// The number of turns without clients.
        var idleTurns = 0
        var turns = 0
        /// The next event of the farm to send.
        var nextEvent = 0
        /// The time up to which requests of workers were reported.
        var heardUntil = Date.distantPast
        /// Workers as last sent: most workers that send requests have not changed.
        var workers: [String: WatchedWorker] = [:]
        /// The jobs with a new image.
        var jobsWithImage: Set<String> = []
        var chaos: ChaosReport?
    }

    /// Maximum number of clients.
    static let mostReaders = 100
    /// How long changes are collected before they are sent.
    static let interval = Duration.milliseconds(100)
    /// The number of turns for which changes are recorded after the last client disconnected: a minute.
    static let lingering = 600
    /// The number of turns between reports of workers' requests.
    static let turnsPerHeard = 20
    /// Maximum number of farm events sent at once; of more, the last ones.
    static let mostEvents = 100

    let state: Mutex<State>

    init(start: Date) {
        state = Mutex(State(batches: EventBatches(start: String(Int(start.timeIntervalSince1970 * 1000)))))
    }

    /// Records a new image of a job.
    func noteImage(ofJob id: String) {
        state.withLock { state in
            if state.isWatching { state.jobsWithImage.insert(id) }
        }
    }

    /// Adds a client that has everything up to a batch, or nothing; nil if there are too many.
    func addReader(after last: String?) -> HTTPStream? {
        state.withLock { state in
            state.readers.removeAll(where: \.isClosed)
            guard state.readers.count < Self.mostReaders else { return nil }
            let stream = HTTPStream()
            stream.write("retry: 1000\n" + state.batches.beginning(after: last))
            state.readers.append(stream)
            return stream
        }
    }

    /// Sends events to all clients.
    func send(_ events: [FeedEvent]) {
        guard !events.isEmpty else { return }
        state.withLock { state in
            let text = state.batches.add(events)
            for reader in state.readers { reader.write(text) }
        }
    }
}
