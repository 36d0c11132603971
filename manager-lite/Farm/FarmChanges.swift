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
