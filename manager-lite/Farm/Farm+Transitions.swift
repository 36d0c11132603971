import FlamencoAPI
import FoundationEssentials

/// The only places where the states of tasks, jobs and workers change: all that follows from them is kept up here.
extension Farm {
    /// Changes the state of a task.
    ///
    /// The job is left as it is, see ``settle(_:now:_:)``, and so is the worker.
    mutating func move(_ place: TaskPlace, to status: TaskStatus, _ reason: String, now: Date) {
        guard let task = task(at: place), task.status != status else { return }
        jobs[place.job]?.tasks[place.index].status = status
        jobs[place.job]?.tasks[place.index].updated = now
        // What waits for a worker begins anew; what is completed is so to the last step, told or not.
        switch status {
        case .queued, .softFailed, .paused: jobs[place.job]?.tasks[place.index].stepsCompleted = 0
        case .completed: jobs[place.job]?.tasks[place.index].stepsCompleted = task.stepsTotal
        default: break
        }
        jobs[place.job]?.recount(from: task.status, to: status)
        if status == .softFailed { softFailed.insert(place) } else { softFailed.remove(place) }
        refreshRunnable(place)
        if status == .completed { dependents(of: place, waitFor: -1) }
        if task.status == .completed { dependents(of: place, waitFor: +1) }
        record(
            .task(task.id, job: jobs[place.job]?.id ?? ""), status.spelling,
            "task \(task.name) of job \(jobs[place.job]?.submitted.name ?? "") is \(status): \(reason)", now)
    }

    private mutating func dependents(of place: TaskPlace, waitFor difference: Int) {
        for index in jobs[place.job]?.dependents[place.index] ?? [] {
            jobs[place.job]?.tasks[index].waitingFor += difference
            refreshRunnable(TaskPlace(job: place.job, index: index))
        }
    }

    private mutating func refreshRunnable(_ place: TaskPlace) {
        guard let job = jobs[place.job] else { return }
        let task = job.tasks[place.index]
        runnable.set(task.waitsForWorker && task.waitingFor == 0, place.index, of: job)
    }

    /// Brings the state of a job in line with its phase and its tasks.
    mutating func settle(_ number: Int, now: Date, _ reason: String) {
        guard let job = jobs[number], job.status != job.dueStatus else { return }
        let status = job.dueStatus
        jobs[number]?.status = status
        jobs[number]?.updated = now
        record(.job(job.id), status.spelling, "job \(job.submitted.name) is \(status): \(reason)", now)
    }

    /// Changes the state of a worker.
    mutating func move(worker id: String, to status: WorkerStatus, _ reason: String, now: Date) {
        guard let worker = workers[id], worker.status != status else { return }
        workers[id]?.status = status
        record(.worker(id), status.spelling, "worker \(worker.name) is \(status): \(reason)", now)
    }

    mutating func record(_ subject: FarmEvent.Subject, _ status: String, _ sentence: String, _ now: Date) {
        if case .job(let id) = subject, let number = jobNumbers[id] { jobs[number]?.activity = sentence }
        trail.append(subject, status, sentence, at: now, limit: rules.eventLimit)
    }

    // MARK: - Tasks and their workers

    /// Takes a task from the worker that has it.
    ///
    /// - Parameter mayBeRunning: whether the worker has to be told to stop.
    mutating func takeAway(_ place: TaskPlace, mayBeRunning: Bool) {
        guard let id = task(at: place)?.worker, workers[id]?.task == place else { return }
        workers[id]?.task = nil
        workers[id]?.hasToStop = mayBeRunning
    }

    /// Gives back the task of a worker that does not go on with it, so that another can have it.
    mutating func releaseTask(of id: String, mayBeRunning: Bool, _ reason: String, now: Date) {
        guard let place = workers[id]?.task, let task = task(at: place), let phase = jobs[place.job]?.phase else {
            return
        }
        takeAway(place, mayBeRunning: mayBeRunning)
        jobs[place.job]?.tasks[place.index].releasedBy = id
        let status: TaskStatus =
            switch phase {
            case .open: task.failedBy.isEmpty ? .queued : .softFailed
            case .paused: .paused
            case .failed, .canceled: .canceled
            }
        move(place, to: status, reason, now: now)
        settle(place.job, now: now, reason)
    }
}
