import Farm
import FoundationEssentials
import HTTPServer
import Synchronization

/// Those who watch the farm over `/events`, and what they have been told.
///
/// While there is nobody, nothing is kept and nothing noted. The lock of the farm may be taken under that of the feed, never
/// the other way round.
final class FarmFeed: Sendable {
    struct State {
        var batches: EventBatches
        var readers: [HTTPStream] = []
        /// Whether what happens is noted.
        var isWatching = false
        /// For how many turns nobody has listened.
        var idleTurns = 0
        var turns = 0
        /// The event of the farm that is told next.
        var nextEvent = 0
        /// Up to when it has been told whom the manager heard of.
        var heardUntil = Date.distantPast
        /// Workers as they were told of last: most that are heard of have not changed.
        var workers: [String: WatchedWorker] = [:]
        /// The jobs that have a new image.
        var jobsWithImage: Set<String> = []
        var chaos: ChaosReport?
    }

    /// How many may listen at a time.
    static let mostReaders = 100
    /// How long what happens is put together before it is told.
    static let interval = Duration.milliseconds(100)
    /// For how many turns what happens is noted for somebody who comes back: a minute.
    static let lingering = 600
    /// In how many turns it is told once whom the manager heard of.
    static let turnsPerHeard = 20
    /// How many events of the farm are told at once; of more, the last ones.
    static let mostEvents = 100

    let state: Mutex<State>

    init(start: Date) {
        state = Mutex(State(batches: EventBatches(start: String(Int(start.timeIntervalSince1970 * 1000)))))
    }

    /// A job has a new image.
    func noteImage(ofJob id: String) {
        state.withLock { state in
            if state.isWatching { state.jobsWithImage.insert(id) }
        }
    }

    /// A new reader that has all up to a batch, or nothing; absent when there are too many.
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

    /// Tells all readers.
    func send(_ events: [FeedEvent]) {
        guard !events.isEmpty else { return }
        state.withLock { state in
            let text = state.batches.add(events)
            for reader in state.readers { reader.write(text) }
        }
    }
}
