package import FlamencoAPI
package import FoundationEssentials

/// Operations of users on jobs.
extension Farm {
    /// Changes the status of a job (Flamenco 3: `setJobStatus`), with the consequences for its tasks.
    ///
    /// Any status can be requested in any status: avoiding meaningless ones is up to the caller, as with Flamenco.
    package mutating func setStatus(ofJob id: String, _ change: JobStatusChange, now: Date) throws(FarmError) {
        let job = try job(id)
        guard change.status.unknownSpelling == nil else {
            throw FarmError(.badRequest, "field \"status\": expected the status of a job, found \"\(change.status)\"")
        }
        if change.status == .requeueing || change.status == .requeued { jobs[job.number]?.failures = [:] }
        follow(
            JobConsequence(ofAsking: change.status, of: job.status, job.counts), inJob: job.number,
            change.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "requested by a user", now: now)
    }

    /// Changes the priority of a job (Flamenco 3: `setJobPriority`).
    package mutating func setPriority(ofJob id: String, to priority: Int, now: Date) throws(FarmError) {
        let number = try jobNumber(id)
        guard (0...100).contains(priority) else {
            throw FarmError(.badRequest, "field \"priority\": expected a number from 0 to 100, found \(priority)")
        }
        guard let job = jobs[number], job.submitted.priority != priority else { return }
        jobs[number]?.submitted.priority = priority
        jobs[number]?.updated = now
        runnable.reprioritize(job: number, to: priority)
        record(.job(job.id), job.status.spelling, "job \(job.submitted.name) has priority \(priority)", now)
    }

    /// Deletes a job (Flamenco 3: `deleteJob`); its workers are told to stop.
    package mutating func deleteJob(_ id: String, now: Date) throws(FarmError) {
        let job = try job(id)
        for (index, task) in job.tasks.enumerated() {
            let place = TaskPlace(job: job.number, index: index)
            takeAway(place, mayBeRunning: true)
            taskPlaces[task.id] = nil
            softFailed.remove(place)
        }
        runnable.remove(job: job.number)
        jobs[job.number] = nil
        jobNumbers[job.id] = nil
        record(.job(job.id), "deleted", "job \(job.submitted.name) was deleted", now)
    }

    /// Deletes the jobs last updated at or before a time (Flamenco 3: `deleteJobMass`).
    ///
    /// - Returns: the UUIDs of the jobs.
    /// - Throws: ``FarmError`` if there are none.
    package mutating func deleteJobs(lastUpdatedBy time: Date, now: Date) throws(FarmError) -> [String] {
        let old = jobs.values.filter { $0.updated <= time }.sorted { $0.number < $1.number }.map(\.id)
        guard !old.isEmpty else {
            throw FarmError(.nothingInRange, "no job was last updated at or before that time")
        }
        for id in old { try deleteJob(id, now: now) }
        return old
    }
}

/// Operations of users on tasks.
extension Farm {
    /// Changes the status of a task (Flamenco 3: `setTaskStatus`), with the consequences for its job.
    ///
    /// Any status can be requested, in any status of the job, and requesting the current status applies the
    /// consequences for the job again.
    package mutating func setStatus(ofTask id: String, _ change: TaskStatusChange, now: Date) throws(FarmError) {
        let place = try taskPlace(id)
        let status = change.status == .cancelRequested ? .canceled : change.status
        guard status.unknownSpelling == nil else {
            throw FarmError(.badRequest, "field \"status\": expected the status of a task, found \"\(status)\"")
        }
        if status == .queued { jobs[place.job]?.tasks[place.index].failedBy = [] }
        put(place, in: status, change.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "requested by a user", now: now)
    }
}

extension Farm {
    /// Returns the number of the job with this UUID.
    func jobNumber(_ id: String) throws(FarmError) -> Int {
        guard let number = jobNumbers[try Identity.read(id, of: "job")] else {
            throw FarmError(.notFound, "there is no job \(id)")
        }
        return number
    }

    /// Returns the job with this UUID.
    func job(_ id: String) throws(FarmError) -> JobRecord {
        guard let job = jobs[try jobNumber(id)] else { throw FarmError(.notFound, "there is no job \(id)") }
        return job
    }

    /// Returns the place of the task with this UUID.
    func taskPlace(_ id: String) throws(FarmError) -> TaskPlace {
        guard let place = taskPlaces[try Identity(id, of: "task")] else {
            throw FarmError(.notFound, "there is no task \(id)")
        }
        return place
    }

    func task(at place: TaskPlace) -> TaskRecord? { jobs[place.job]?.tasks[place.index] }

    /// Returns the worker with this UUID, for requests of users.
    func worker(_ id: String) throws(FarmError) -> WorkerRecord {
        guard let worker = workers[try Identity.read(id, of: "worker")] else {
            throw FarmError(.notFound, "there is no worker \(id)")
        }
        return worker
    }

    /// Returns the name of a worker, for messages.
    func name(ofWorker id: String) -> String { workers[id]?.name ?? id }

    var workersInOrder: [WorkerRecord] { inOrder(Array(workers.values)) }

    /// Sorts workers in order of registration.
    func inOrder(_ workers: [WorkerRecord]) -> [WorkerRecord] { workers.sorted { $0.number < $1.number } }
}
