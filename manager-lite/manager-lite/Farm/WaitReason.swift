import FlamencoAPI

/// Why no task of a job is running, for the user who waits for it.
enum WaitReason {
    /// Returns what the tasks of a job wait for; nil if one is running, or it is unknown.
    ///
    /// - Parameter blocked: the workers that are blocked from task types of this job.
    static func text(
        job: Job, tasks: [TaskSummary], workers: [WorkerDetails], blocked: JobBlocklist
    ) -> String? {
        if job.status == .paused { return "the job is paused" }
        guard [.queued, .active].contains(job.status), !tasks.contains(where: { $0.status == .active }) else {
            return nil
        }
        let types = Set(tasks.filter { [.queued, .softFailed].contains($0.status) }.map(\.taskType)).sorted()
        let reasons = types.map { reason(for: $0, job: job, workers: workers, blocked: blocked) }
        // If a worker could run one of them, the others may wait for that.
        guard !reasons.isEmpty, reasons.allSatisfy({ $0 != nil }) else { return nil }
        return reasons.compactMap(\.self).joined(separator: "; ")
    }

    private static func reason(
        for type: String, job: Job, workers: [WorkerDetails], blocked: JobBlocklist
    ) -> String? {
        if workers.isEmpty { return "no worker has registered with the manager" }
        let able = workers.filter { $0.supportedTaskTypes.contains(type) }
        let awake = able.filter { $0.summary.status == .awake }
        guard !awake.isEmpty else {
            return "no awake worker supports \"\(type)\" tasks" + (able.isEmpty ? "" : " (\(states(of: able)))")
        }
        let tagged = awake.filter { worker in
            guard let tag = job.submitted.workerTag, !tag.isEmpty else { return true }
            return worker.tags.contains { $0.id == tag }
        }
        guard !tagged.isEmpty else { return "no awake worker that supports \"\(type)\" tasks has the tag of the job" }
        let willing = tagged.filter { worker in
            !blocked.contains { $0.workerID == worker.summary.id && $0.taskType == type }
        }
        guard !willing.isEmpty else {
            return "all awake workers that support \"\(type)\" tasks failed too often, and are blocked for this job"
        }
        // A worker between two tasks is about to request the next one.
        guard willing.allSatisfy({ $0.task?.summary.status == .active && $0.task?.jobID != job.id }) else { return nil }
        return "all \(willing.count) workers that support \"\(type)\" tasks are busy with other jobs"
    }

    /// Describes the workers: "gpu1 is asleep, gpu2 is offline".
    private static func states(of workers: [WorkerDetails]) -> String {
        let shown = workers.prefix(3).map { "\($0.summary.name) is \($0.summary.state)" }
        let rest = workers.count - shown.count
        return (shown + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: ", ")
    }
}
