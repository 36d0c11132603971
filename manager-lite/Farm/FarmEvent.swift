package import FoundationEssentials

/// Something that happened on a farm.
package struct FarmEvent: Codable, Hashable, Sendable {
    /// What it happened to, by its identity.
    package enum Subject: Codable, Hashable, Sendable {
        case job(String)
        case task(String, job: String)
        case worker(String)
    }

    /// The place in the trail; each event has a higher one than the one before.
    package let sequence: Int
    package let time: Date
    package let subject: Subject
    /// The state that the subject is in now, as spelled on the wire; `deleted` when it is gone.
    package let status: String
    /// One sentence without a full stop.
    package let sentence: String
}

/// What happened on a farm, as far back as the trail reaches.
package struct EventTrail: Hashable, Sendable {
    private var kept: [FarmEvent]
    /// The sequence number that the next event gets.
    package private(set) var nextSequence: Int

    /// A trail of which these events are kept.
    init(events: [FarmEvent] = [], nextSequence: Int = 0) {
        kept = events
        self.nextSequence = nextSequence
    }

    /// The events that are kept, oldest first.
    package var events: ArraySlice<FarmEvent> { kept[...] }

    /// The events from a sequence number on, oldest first, as far as they are kept.
    package func events(from sequence: Int) -> ArraySlice<FarmEvent> {
        kept.suffix(max(0, nextSequence - sequence))
    }

    mutating func append(
        _ subject: FarmEvent.Subject, _ status: String, _ sentence: String, at time: Date, limit: Int
    ) {
        kept.append(
            FarmEvent(sequence: nextSequence, time: time, subject: subject, status: status, sentence: sentence))
        nextSequence += 1
        // Half a limit more is put up with, so that not every event moves all the others.
        if kept.count > limit + limit / 2 { kept.removeFirst(kept.count - limit) }
    }
}

/// What may have changed on a farm since somebody last looked, so that whoever watches it need not look at all of it.
package struct FarmChanges: Hashable, Sendable {
    /// Jobs, by their identities; those that are gone are among them.
    package var jobs: Set<String> = []
    /// Tasks, by the number of their job and their place in it.
    package var tasks: [Int: Set<Int>] = [:]
    /// Workers, by their identities; those that are gone are among them.
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
    /// Notes what changes from now on, until ``stopNoting()``.
    package mutating func startNoting() { if changes == nil { changes = FarmChanges() } }

    /// Notes nothing any more.
    package mutating func stopNoting() { changes = nil }

    /// Whether what changes is noted.
    package var isNoting: Bool { changes != nil }

    /// What has been noted since the last time.
    package mutating func takeChanges() -> FarmChanges {
        guard let noted = changes else { return FarmChanges() }
        changes = FarmChanges()
        return noted
    }
}
