import Farm
import FlamencoAPI
import FoundationEssentials

/// The changes of a farm from one turn to the next.
struct FarmChange {
    /// The changed tasks of a job.
    struct Tasks: Encodable {
        let job: String
        /// For each task its number, the letter of its status, and the percentage of completed steps.
        let tasks: [JSONValue]
    }

    var jobs: [WatchedJob] = []
    var goneJobs: [String] = []
    var tasks: [Tasks] = []
    var workers: [WatchedWorker] = []
    var goneWorkers: [String] = []
    /// The numbers of the workers that sent requests.
    var heard: [Int] = []
    var events: [WatchedEvent] = []
    let nextEvent: Int

    /// Collects the changes of a farm since the last time.
    ///
    /// - Parameters:
    ///   - eventsFrom: the first event of the farm to include.
    ///   - images: jobs to include in any case.
    ///   - heardAfter: the time after which requests of workers count; nil to ignore them.
    init(_ farm: inout Farm, eventsFrom: Int, images: Set<String>, heardAfter: Date?) {
        let changes = farm.takeChanges()
        nextEvent = farm.trail.nextSequence
        for id in changes.jobs.union(images) {
            if let job = farm.watchedJob(id) { jobs.append(job) } else { goneJobs.append(id) }
        }
        jobs.sort { $0.number < $1.number }
        for (job, places) in changes.tasks {
            guard let (id, rows) = farm.watchedTasks(ofJob: job, at: places) else { continue }
            tasks.append(Tasks(job: id, tasks: rows))
        }
        for id in changes.workers {
            if let worker = farm.watchedWorker(id) { workers.append(worker) } else { goneWorkers.append(id) }
        }
        workers.sort { $0.number < $1.number }
        if let heardAfter { heard = farm.workersHeard(after: heardAfter) }
        events = farm.trail.events(from: eventsFrom).suffix(FarmFeed.mostEvents).map(WatchedEvent.init)
    }
}

/// An event, for clients that watch the farm.
struct WatchedEvent: Encodable {
    let sequence: Int
    let time: Timestamp
    let sentence: String
    let status: String
    var job: String?
    var task: String?
    var worker: String?

    init(_ event: FarmEvent) {
        sequence = event.sequence
        time = Timestamp(event.time)
        sentence = event.sentence
        status = event.status
        switch event.subject {
        case .job(let id): job = id
        case .task(let id, job: let jobID): (task, job) = (id, jobID)
        case .worker(let id): worker = id
        }
    }
}

/// A worker whose assigned task changed, and nothing else: the most frequent change.
struct WorkerAssignment: Encodable {
    let worker: Int
    let task: WatchedWorker.Holding?

    init(_ worker: WatchedWorker) {
        self.worker = worker.number
        task = worker.task
    }
}

/// The numbers of the workers that sent requests.
struct WorkersHeard: Encodable {
    let at: Timestamp
    let workers: [Int]

    init(at time: Date, workers: [Int]) {
        at = Timestamp(time)
        self.workers = workers
    }
}

/// A snapshot of the whole farm.
struct FarmSnapshot: Encodable {
    let id: String
    let time: Timestamp
    let version: String
    let storage: String
    let platform: String
    let chaos: ChaosReport
    let jobs: [WatchedJob]
    let workers: [WatchedWorker]
    let events: [WatchedEvent]
}
