package import FoundationEssentials

/// An event on a farm.
package struct FarmEvent: Codable, Hashable, Sendable {
    /// The subject of the event, by ID.
    package enum Subject: Codable, Hashable, Sendable {
        case job(String)
        case task(String, job: String)
        case worker(String)
    }

    /// The position in the trail, which increases with each event.
    package let sequence: Int
    package let time: Date
    package let subject: Subject
    /// The new status of the subject, as spelled on the wire; `deleted` if it was deleted.
    package let status: String
    /// One sentence without a full stop.
    package let sentence: String
}

/// The most recent events on a farm.
package struct EventTrail: Hashable, Sendable {
    private var kept: [FarmEvent]
    /// The sequence number of the next event.
    package private(set) var nextSequence: Int

    /// Creates a trail with these events.
    init(events: [FarmEvent] = [], nextSequence: Int = 0) {
        kept = events
        self.nextSequence = nextSequence
    }

    /// The kept events, oldest first.
    package var events: ArraySlice<FarmEvent> { kept[...] }

    /// Returns the kept events from a sequence number on, oldest first.
    package func events(from sequence: Int) -> ArraySlice<FarmEvent> {
        kept.suffix(max(0, nextSequence - sequence))
    }

    mutating func append(
        _ subject: FarmEvent.Subject, _ status: String, _ sentence: String, at time: Date, limit: Int
    ) {
        kept.append(
            FarmEvent(sequence: nextSequence, time: time, subject: subject, status: status, sentence: sentence))
        nextSequence += 1
        // An excess of half the limit is accepted, so that not every event moves all others.
        if kept.count > limit + limit / 2 { kept.removeFirst(kept.count - limit) }
    }
}

/// What may have changed on a farm since the last query, so that clients need not read all of it.
package struct FarmChanges: Hashable, Sendable {
    /// Jobs by UUID, including deleted ones.
    package var jobs: Set<String> = []
    /// Tasks, by the number of their job and their index.
    package var tasks: [Int: Set<Int>] = [:]
    /// Workers by UUID, including deleted ones.
    package var workers: Set<String> = []

    package init() {}

    package var isEmpty: Bool { jobs.isEmpty && tasks.isEmpty && workers.isEmpty }

    mutating func note(_ subject: FarmEvent.Subject) {
        switch subject {
        case .job(let id), .task(_, job: let id): jobs.insert(id)
        case .worker(let id): workers.insert(id)
        }
    }

    mutating func note(_ place: TaskPlace) { tasks[place.job, default: []].insert(place.index) }
}

extension Farm {
    /// Starts to record changes, until ``stopNoting()``.
    package mutating func startNoting() { if changes == nil { changes = FarmChanges() } }

    /// Stops recording changes.
    package mutating func stopNoting() { changes = nil }

    /// Whether changes are recorded.
    package var isNoting: Bool { changes != nil }

    /// Returns the changes recorded since the last call.
    package mutating func takeChanges() -> FarmChanges {
        guard let noted = changes else { return FarmChanges() }
        changes = FarmChanges()
        return noted
    }
}
