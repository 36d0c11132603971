package import FlamencoAPI
import FoundationEssentials

/// Queries.
extension Farm {
    /// Returns a job (contract: `fetchJob`).
    package func fetchJob(_ id: String) throws(FarmError) -> Job { try job(id).job }

    /// Returns all jobs, oldest first (Flamenco 3: `queryJobs`).
    package func fetchJobs() -> JobList {
        JobList(jobs: jobs.values.sorted { $0.number < $1.number }.map(\.job))
    }

    /// Returns the jobs that match a query, oldest first (Flamenco 3.0 to 3.5: `queryJobs`). A text with `%` is a
    /// pattern.
    package func fetchJobs(_ query: JobsQuery) -> JobList {
        let fitting = fetchJobs().jobs.filter { job in
            query.statusIn?.contains(job.status) ?? true
                && (query.metadata ?? [:]).allSatisfy { job.submitted.metadata?[$0.key]?.isLike($0.value) == true }
                && (query.settings ?? [:]).allSatisfy { key, wanted in
                    guard let value = job.submitted.settings?[key] else { return false }
                    guard case .string(let pattern) = wanted, let text = value.stringValue else {
                        return value == wanted
                    }
                    return text.isLike(pattern)
                }
        }
        return JobList(jobs: Array(fitting.dropFirst(max(0, query.offset ?? 0)).prefix(max(0, query.limit ?? .max))))
    }

    /// Returns the tasks of a job, in order (Flamenco 3: `fetchJobTasks`); empty for an unknown job.
    package func fetchTasks(ofJob id: String) throws(FarmError) -> JobTasksSummary {
        guard jobNumbers[try Identity.read(id, of: "job")] != nil else { return JobTasksSummary(tasks: []) }
        return JobTasksSummary(tasks: try job(id).tasks.enumerated().map { summary(of: $1, index: $0) })
    }

    /// Returns a task (Flamenco 3: `fetchTask`).
    package func fetchTask(_ id: String) throws(FarmError) -> TaskDetails {
        let place = try taskPlace(id)
        guard let job = jobs[place.job] else { throw FarmError(.notFound, "there is no task \(id)") }
        let task = job.tasks[place.index]
        return TaskDetails(
            id: task.id.text, created: Timestamp(task.created), updated: Timestamp(task.updated), jobID: job.id,
            name: task.name, indexInJob: place.index + 1, status: task.status, priority: task.priority,
            taskType: task.type, activity: task.activity, commands: task.commands,
            worker: task.worker.map(taskWorker), failedByWorkers: task.failedBy.map(taskWorker),
            lastTouched: task.touched.map { Timestamp($0) }, stepsCompleted: task.stepsCompleted,
            stepsTotal: task.stepsTotal)
    }

    /// Returns the log of a task, and the ID of its job (Flamenco 3: `fetchTaskLogInfo`, `fetchTaskLogTail`).
    package func fetchLog(ofTask id: String) throws(FarmError) -> (log: TaskLog, jobID: String) {
        let place = try taskPlace(id)
        guard let job = jobs[place.job] else { throw FarmError(.notFound, "there is no task \(id)") }
        return (job.tasks[place.index].log, job.id)
    }

    /// Returns all workers, in order of registration (Flamenco 3: `fetchWorkers`).
    package func fetchWorkers() -> WorkerList { WorkerList(workers: workersInOrder.map(\.summary)) }

    /// Returns a worker (Flamenco 3: `fetchWorker`).
    package func fetchWorker(_ id: String) throws(FarmError) -> WorkerDetails {
        let worker = try worker(id)
        let task = worker.lastTask.flatMap { place in
            jobs[place.job].flatMap { $0.tasks[place.index].worker == worker.id ? $0 : nil }.map {
                WorkerTask(summary: summary(of: $0.tasks[place.index], index: place.index), jobID: $0.id)
            }
        }
        return WorkerDetails(
            summary: worker.summary, ipAddress: worker.address, platform: worker.platform,
            supportedTaskTypes: worker.supportedTaskTypes, task: task,
            tags: tags.filter { worker.tags.contains($0.id ?? "") })
    }

    /// Returns the status of the farm (Flamenco 3: `getFarmStatus`).
    package func fetchStatus() -> FarmStatusReport {
        let present = workers.values.filter(\.isPresent)
        let hasWork = jobs.values.contains { $0.status == .active || $0.status == .queued }
        if present.isEmpty { return FarmStatusReport(status: .inoperative) }
        if present.contains(where: { $0.task != nil }) { return FarmStatusReport(status: .active) }
        let isAwake = present.contains { $0.status != .asleep }
        return FarmStatusReport(status: hasWork ? (isAwake ? .active : .waiting) : (isAwake ? .idle : .asleep))
    }

    private func summary(of task: TaskRecord, index: Int) -> TaskSummary {
        TaskSummary(
            id: task.id.text, name: task.name, indexInJob: index + 1, status: task.status, priority: task.priority,
            taskType: task.type, updated: Timestamp(task.updated), worker: task.worker.map(taskWorker),
            stepsCompleted: task.stepsCompleted, stepsTotal: task.stepsTotal)
    }

    private func taskWorker(_ id: String) -> TaskWorker {
        TaskWorker(id: id, name: name(ofWorker: id), address: workers[id]?.address ?? "")
    }
}

extension WorkerRecord {
    fileprivate var summary: WorkerSummary {
        WorkerSummary(
            id: id, name: name, status: status, statusChange: request, lastSeen: Timestamp(lastSeen), version: software,
            canRestart: canRestart)
    }
}

extension String {
    /// Whether the text matches a pattern of SQL's `LIKE`, with `%` for any text, ignoring case.
    fileprivate func isLike(_ pattern: String) -> Bool {
        let parts = pattern.lowercased().split(separator: "%", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return lowercased() == pattern.lowercased()
        }
        var rest = lowercased()[...]
        guard rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
