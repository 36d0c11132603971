import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization

/// Live changes of the farm, for clients that watch.
extension Service {
    /// Returns the whole farm, and the batch of events from which to continue.
    func snapshot() -> HTTPResponse {
        watch()
        // Later changes are in the batches after this one, possibly a second time.
        let id = feed.state.withLock { state in
            state.workers = [:]
            return state.batches.id
        }
        let (jobs, workers, events) = look { farm in
            (farm.watchedJobs(), farm.watchedWorkers(), Array(farm.trail.events.suffix(FarmFeed.mostEvents)))
        }
        return JSONReply.value(
            FarmSnapshot(
                id: id, time: Timestamp(now()), version: Self.ownVersion, storage: storage,
                platform: Platform.own.rawValue, chaos: chaos.report, jobs: jobs.map(withImage),
                workers: workers.map { row, lastSeen in
                    var row = row
                    row.lastSeen = Timestamp(lastSeen)
                    return row
                }, events: events.map(WatchedEvent.init)), in: .v3)
    }

    /// Returns the events from now on, or from where a client was.
    func events(for request: HTTPRequest) throws(ServiceError) -> HTTPResponse {
        watch()
        let last = request.headers["Last-Event-ID"] ?? request.query.first { $0.name == "after" }?.value
        guard let stream = feed.addReader(after: last) else {
            throw ServiceError(503, "\(FarmFeed.mostReaders) clients are already connected, retry later")
        }
        var response = HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            ])
        response.stream = stream
        return response
    }

    // MARK: - Turns

    /// Records and sends changes from now on, until there was no client for a minute.
    private func watch() {
        let isFirst = feed.state.withLock { feed in
            feed.idleTurns = 0
            guard !feed.isWatching else { return false }
            feed.isWatching = true
            feed.heardUntil = now()
            feed.nextEvent = state.withLock { state in
                state.farm.startNoting()
                return state.farm.trail.nextSequence
            }
            return true
        }
        guard isFirst else { return }
        let clock = feedClock
        Task { [weak self] in
            while (try? await clock.sleep(for: FarmFeed.interval)) != nil, self?.takeTurn() == true {}
        }
    }

    /// Sends the changes since the last turn.
    ///
    /// - Returns: whether there will be another turn.
    func takeTurn() -> Bool {
        feed.send(news())
        return feed.state.withLock { feed in
            feed.turns += 1
            feed.readers.removeAll(where: \.isClosed)
            feed.idleTurns = feed.readers.isEmpty ? feed.idleTurns + 1 : 0
            guard feed.idleTurns > FarmFeed.lingering else { return true }
            feed.isWatching = false
            feed.workers = [:]
            feed.jobsWithImage = []
            feed.batches.breakOff()
            state.withLock { $0.farm.stopNoting() }
            return false
        }
    }

    /// Returns the changes since the last turn. The farm is locked only while it is read.
    private func news() -> [FeedEvent] {
        let (nextEvent, isHeardDue, heardUntil, images) = feed.state.withLock { feed in
            defer { feed.jobsWithImage = [] }
            let isHeardDue = feed.turns.isMultiple(of: FarmFeed.turnsPerHeard)
            return (feed.nextEvent, isHeardDue, feed.heardUntil, feed.jobsWithImage)
        }
        let now = now()
        let change = state.withLock { state in
            FarmChange(
                &state.farm, eventsFrom: nextEvent, images: images, heardAfter: isHeardDue ? heardUntil : nil)
        }
        let report = chaos.report
        var (workers, assignments): ([WatchedWorker], [WorkerAssignment]) = ([], [])
        let chaos = feed.state.withLock { feed -> ChaosReport? in
            feed.nextEvent = change.nextEvent
            if isHeardDue { feed.heardUntil = now }
            for id in change.goneWorkers { feed.workers[id] = nil }
            for worker in change.workers {
                var known = feed.workers.updateValue(worker, forKey: worker.id)
                guard known != worker else { continue }
                known?.task = worker.task
                if known == worker { assignments.append(WorkerAssignment(worker)) } else { workers.append(worker) }
            }
            defer { feed.chaos = report }
            return feed.chaos == report ? nil : report
        }
        var events: [FeedEvent] = []
        func tell<Value: Encodable>(_ name: String, _ values: [Value]) {
            if !values.isEmpty { events.append(FeedEvent(name, values)) }
        }
        tell("jobs", change.jobs.map(withImage))
        tell("tasks", change.tasks)
        tell("workers", workers)
        tell("assignments", assignments)
        tell("events", change.events)
        if !change.goneJobs.isEmpty || !change.goneWorkers.isEmpty {
            events.append(FeedEvent("gone", ["jobs": change.goneJobs, "workers": change.goneWorkers]))
        }
        if !change.heard.isEmpty { events.append(FeedEvent("heard", WorkersHeard(at: now, workers: change.heard))) }
        if let chaos { events.append(FeedEvent("chaos", chaos)) }
        return events
    }

    private func withImage(_ job: WatchedJob) -> WatchedJob {
        var job = job
        (job.image, job.imageSmall) = imagePaths(ofJob: job.id)
        return job
    }
}
