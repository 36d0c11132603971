import FlamencoAPI
import Foundation

func job(_ status: JobStatus = .queued, id: String = "j", name: String = "shot", tag: String? = nil) -> Job {
    Job(
        submitted: SubmittedJob(name: name, type: "t", workerTag: tag), id: id, created: Timestamp(.distantPast),
        updated: Timestamp(.distantPast), status: status)
}

func task(_ name: String, _ type: String = "misc", _ status: TaskStatus = .queued, worker: String? = nil) -> TaskSummary
{
    TaskSummary(
        id: name, name: name, indexInJob: 1, status: status, priority: 50, taskType: type,
        updated: Timestamp(.distantPast), worker: worker.map { TaskWorker(id: $0, name: $0, address: "") })
}

func worker(
    _ name: String, _ types: [String], _ status: WorkerStatus = .awake, task: WorkerTask? = nil, tags: [String] = []
) -> WorkerDetails {
    WorkerDetails(
        summary: WorkerSummary(id: name, name: name, status: status, version: "1"), ipAddress: "", platform: "linux",
        supportedTaskTypes: types, task: task, tags: tags.map { WorkerTag(id: $0, name: $0) })
}
