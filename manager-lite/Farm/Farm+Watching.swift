package import FlamencoAPI
package import FoundationEssentials

/// A job, for clients that watch the farm.
package struct WatchedJob: Encodable, Hashable, Sendable {
    package let id: String
    /// Its number in the order of submission.
    package let number: Int
    package let name: String
    package let type: String
    package let status: String
    package let priority: Int
    package let created: Timestamp
    package let updated: Timestamp
    /// The last event, in one sentence.
    package let activity: String
    /// The number of tasks in each status, without zeros.
    package let counts: [String: Int]
    /// The statuses of all tasks in order, in the format of ``Farm/states(ofJob:)``; only if requested.
    package var states: String?
    /// The path of the newest image, in the size for lists and in full size.
    package var image: String?
    package var imageSmall: String?

    private enum CodingKeys: String, CodingKey {
        case id, number, name, type, status, priority, created, updated, activity, counts, states, image
        case imageSmall = "image_small"
    }
}

/// A worker, for clients that watch the farm.
package struct WatchedWorker: Encodable, Hashable, Sendable {
    /// The task assigned to a worker.
    package struct Holding: Encodable, Hashable, Sendable {
        let job: String
        /// Its number in the job, from 1.
        let number: Int
        let name: String
    }

    package let id: String
    /// Its number in the order of registration.
    package let number: Int
    package let name: String
    package let status: String
    /// The requested status change.
    package let requested: WorkerStatusChangeRequest?
    package let software: String
    package let address: String
    package let platform: String
    package let taskTypes: [String]
    package let canRestart: Bool
    package var task: Holding?
    /// The time of its last request; only if requested.
    package var lastSeen: Timestamp?

    private enum CodingKeys: String, CodingKey {
        case id, number, name, status, requested, software, address, platform, task
        case lastSeen = "last_seen"
        case taskTypes = "task_types"
        case canRestart = "can_restart"
    }
}

/// The details of a task, for users.
package struct WatchedTask: Encodable, Hashable, Sendable {
    package let id: String
    package let number: Int
    package let name: String
    package let status: String
    package let taskType: String
    package let priority: Int
    package let activity: String
    package let stepsCompleted: Int
    package let stepsTotal: Int
    package let updated: Timestamp
    /// The names of the worker that it is or was last assigned to, and of those on which it failed.
    package let worker: String?
    package let failedBy: [String]
    package let attempts: Int
    package let logSize: Int

    private enum CodingKeys: String, CodingKey {
        case id, number, name, status, priority, activity, updated, worker, attempts
        case taskType = "task_type"
        case stepsCompleted = "steps_completed"
        case stepsTotal = "steps_total"
        case failedBy = "failed_by"
        case logSize = "log_size"
    }
}

/// Queries of clients that watch the farm.
extension Farm {
    /// Returns a job; nil if it was deleted.
    package func watchedJob(_ id: String) -> WatchedJob? {
        guard let number = jobNumbers[id], let job = jobs[number] else { return nil }
        return watched(job)
    }

    /// Returns all jobs, in order of submission, with the statuses of their tasks.
    package func watchedJobs() -> [WatchedJob] {
        jobs.values.sorted { $0.number < $1.number }.map { job in
            var row = watched(job)
            row.states = states(ofJob: job.number)
            return row
        }
    }

    private func watched(_ job: JobRecord) -> WatchedJob {
        WatchedJob(
            id: job.id, number: job.number, name: job.submitted.name, type: job.submitted.type,
            status: job.status.spelling, priority: job.submitted.priority, created: Timestamp(job.created),
            updated: Timestamp(job.updated), activity: job.activity,
            counts: Dictionary(uniqueKeysWithValues: job.counts.map { ($0.key.spelling, $0.value) }))
    }

    /// Returns the statuses of all tasks of a job: a letter, and its number of repetitions if there are any.
    func states(ofJob number: Int) -> String {
        var text: [UInt8] = []
        var last: UInt8?
        var count = 0
        func close() {
            guard let last else { return }
            text.append(last)
            if count > 1 { text.append(contentsOf: "\(count)".utf8) }
        }
        for task in jobs[number]?.tasks ?? TaskArray() {
            let letter = task.status.letter
            if letter == last { count += 1; continue }
            close()
            (last, count) = (letter, 1)
        }
        close()
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the tasks of a job at these places: number, letter of the status, and percentage of completed steps.
    package func watchedTasks(ofJob number: Int, at places: Set<Int>) -> (job: String, tasks: [JSONValue])? {
        guard let job = jobs[number] else { return nil }
        let tasks = places.sorted().map { index -> JSONValue in
            let task = job.tasks[index]
            let percent = task.stepsTotal > 0 ? 100 * task.stepsCompleted / task.stepsTotal : 0
            let letter = String(UnicodeScalar(task.status.letter))
            return .array([.integer(Int64(index + 1)), .string(letter), .integer(Int64(percent))])
        }
        return (job.id, tasks)
    }

    /// Returns a worker; nil if it was deleted.
    package func watchedWorker(_ id: String) -> WatchedWorker? { workers[id].map(watched) }

    /// Returns all workers, in order of registration, with the time of their last request.
    package func watchedWorkers() -> [(row: WatchedWorker, lastSeen: Date)] {
        workersInOrder.map { (watched($0), $0.lastSeen) }
    }

    /// Returns the numbers of the workers that sent a request after a time.
    package func workersHeard(after time: Date) -> [Int] {
        workers.values.lazy.filter { $0.lastSeen > time }.map(\.number).sorted()
    }

    private func watched(_ worker: WorkerRecord) -> WatchedWorker {
        let task = worker.task.flatMap { place in
            jobs[place.job].map {
                WatchedWorker.Holding(job: $0.id, number: place.index + 1, name: $0.tasks[place.index].name)
            }
        }
        return WatchedWorker(
            id: worker.id, number: worker.number, name: worker.name, status: worker.status.spelling,
            requested: worker.request, software: worker.software, address: worker.address, platform: worker.platform,
            taskTypes: worker.supportedTaskTypes, canRestart: worker.canRestart, task: task)
    }

    /// Returns a task by its number in its job, from 1.
    package func watchedTask(_ number: Int, ofJob id: String) throws(FarmError) -> WatchedTask {
        let job = try job(id)
        guard job.tasks.indices.contains(number - 1) else {
            throw FarmError(.notFound, "job \(id) has no task \(number), but \(job.tasks.count)")
        }
        let task = job.tasks[number - 1]
        return WatchedTask(
            id: task.id.text, number: number, name: task.name, status: task.status.spelling, taskType: task.type,
            priority: task.priority, activity: task.activity, stepsCompleted: task.stepsCompleted,
            stepsTotal: task.stepsTotal, updated: Timestamp(task.updated), worker: task.worker.map(name(ofWorker:)),
            failedBy: task.failedBy.map(name(ofWorker:)), attempts: task.attempts, logSize: task.log.end)
    }
}

extension TaskStatus {
    /// The status as one letter.
    fileprivate var letter: UInt8 {
        switch self {
        case .queued: UInt8(ascii: "q")
        case .active: UInt8(ascii: "a")
        case .completed: UInt8(ascii: "c")
        case .failed: UInt8(ascii: "f")
        case .softFailed: UInt8(ascii: "s")
        case .canceled, .cancelRequested: UInt8(ascii: "x")
        case .paused: UInt8(ascii: "p")
        case .unknown: UInt8(ascii: "u")
        }
    }
}
