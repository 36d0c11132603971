import FlamencoAPI
import FoundationEssentials

/// The only places where the status of tasks, jobs and workers changes: everything derived from it is updated here.
extension Farm {
    /// Changes the status of a task, with the consequences for its job.
    ///
    /// - Parameter mayBeRunning: whether a worker that loses the task must be told to stop.
    mutating func put(
        _ place: TaskPlace, in status: TaskStatus, mayBeRunning: Bool = true, _ reason: String, now: Date
    ) {
        if status != .active { takeAway(place, mayBeRunning: mayBeRunning) }
        move(place, to: status, reason, now: now)
        guard let job = jobs[place.job] else { return }
        let consequence = JobConsequence(ofTask: status, in: job.status, job.counts)
        follow(consequence, inJob: place.job, "task \(job.tasks[place.index].name) is \(status)", now: now)
    }

    /// Changes the status of a job and of its tasks.
    mutating func follow(_ consequence: JobConsequence, inJob number: Int, _ reason: String, now: Date) {
        if !consequence.moves.isEmpty {
            for (index, task) in (jobs[number]?.tasks ?? TaskArray()).enumerated() {
                guard let status = consequence.moves[task.status] else { continue }
                let place = TaskPlace(job: number, index: index)
                takeAway(place, mayBeRunning: true)
                if status == .queued { jobs[number]?.tasks[index].failedBy = [] }
                move(place, to: status, reason, now: now)
            }
        }
        guard let job = jobs[number], job.status != consequence.status else { return }
        jobs[number]?.status = consequence.status
        jobs[number]?.updated = now
        if job.isOpen != jobs[number]?.isOpen {
            for index in job.tasks.indices { refreshRunnable(TaskPlace(job: number, index: index)) }
        }
        record(
            .job(job.id), consequence.status.spelling,
            "job \(job.submitted.name) is \(consequence.status): \(reason)", now)
    }

    /// Changes the status of a task, without changing its job or its worker.
    private mutating func move(_ place: TaskPlace, to status: TaskStatus, _ reason: String, now: Date) {
        guard let task = task(at: place), task.status != status else { return }
        changes?.note(place)
        jobs[place.job]?.tasks[place.index].status = status
        jobs[place.job]?.tasks[place.index].updated = now
        // A task that waits for a worker starts again; a completed task has all of its steps completed, whether or not
        // they were reported.
        switch status {
        case .queued, .softFailed: jobs[place.job]?.setSteps(0, ofTask: place.index)
        case .completed: jobs[place.job]?.setSteps(task.stepsTotal, ofTask: place.index)
        default: break
        }
        jobs[place.job]?.recount(from: task.status, to: status)
        if status == .softFailed { softFailed.insert(place) } else { softFailed.remove(place) }
        refreshRunnable(place)
        if status == .completed { dependents(of: place, waitFor: -1) }
        if task.status == .completed { dependents(of: place, waitFor: +1) }
        record(
            .task(task.id.text, job: jobs[place.job]?.id ?? ""), status.spelling,
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
        runnable.set(job.isOpen && task.waitsForWorker && task.waitingFor == 0, place.index, of: job)
    }

    /// Changes the status of a worker.
    mutating func move(worker id: String, to status: WorkerStatus, _ reason: String, now: Date) {
        guard let worker = workers[id], worker.status != status else { return }
        workers[id]?.status = status
        record(.worker(id), status.spelling, "worker \(worker.name) is \(status): \(reason)", now)
    }

    mutating func record(_ subject: FarmEvent.Subject, _ status: String, _ sentence: String, _ now: Date) {
        changes?.note(subject)
        if case .job(let id) = subject, let number = jobNumbers[id] { jobs[number]?.activity = sentence }
        trail.append(subject, status, sentence, at: now, limit: rules.eventLimit)
    }

    // MARK: - Tasks and their workers

    /// Unassigns a task from its worker.
    ///
    /// - Parameter mayBeRunning: whether the worker must be told to stop.
    mutating func takeAway(_ place: TaskPlace, mayBeRunning: Bool) {
        guard let id = task(at: place)?.worker, workers[id]?.task == place else { return }
        changes?.workers.insert(id)
        workers[id]?.task = nil
        workers[id]?.hasToStop = mayBeRunning
    }

    /// Records that a worker runs a task that is assigned to it, and has no other one to stop.
    mutating func hold(_ place: TaskPlace, by id: String) {
        changes?.workers.insert(id)
        workers[id]?.task = place
        workers[id]?.lastTask = place
        workers[id]?.hasToStop = false
    }

    /// Releases the task of a worker that does not continue it, so that another worker can get it.
    mutating func releaseTask(of id: String, mayBeRunning: Bool, _ reason: String, now: Date) {
        guard let place = workers[id]?.task, let task = task(at: place), let job = jobs[place.job] else { return }
        takeAway(place, mayBeRunning: mayBeRunning)
        switch job.status {
        case .pauseRequested: put(place, in: .paused, reason, now: now)
        case .completed, .failed, .canceled: move(place, to: .canceled, reason, now: now)
        default: move(place, to: task.failedBy.isEmpty ? .queued : .softFailed, reason, now: now)
        }
    }
}
