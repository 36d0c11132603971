import FlamencoAPI

extension FlamencoAPI.Operation {
    /// Describes the operation.
    func description(in dialect: APIDialect) -> OperationDescription {
        switch self {
        case .getVersion:
            .init(.meta, "Returns the name and version of the manager.", .json(200, "The manager.", "FlamencoVersion"))
        case .getDocument:
            .init(
                .meta, "Returns this document.",
                .init(status: 200, summary: "The document.", content: ["application/json": Schema.members]))
        case .getFarmStatus:
            .init(.meta, "Returns the status of the farm.", .json(200, "The status.", "FarmStatusReport"))
        case .getVariables:
            .init(
                .meta, "Returns the variables for an audience on a platform.",
                .json(200, "The variables by name.", "ManagerVariables"),
                .refusal(404, "Unknown audience."))
        case .getConfiguration:
            .init(
                .meta, "Returns the configuration of the manager.",
                .json(200, "The configuration.", "ManagerConfiguration"))
        case .getSharedStorage:
            .init(
                .meta, "Returns the location of shared files for an audience on a platform.",
                .json(200, "The location.", "SharedStorageLocation"), .refusal(404, "Unknown audience."))
        case .registerWorker, .signOn, .signOff, .workerState, .workerStateChanged, .scheduleTask, .taskUpdate,
            .mayWorkerRun, .taskOutputProduced:
            describedForWorkers(in: dialect)
        case .getJobTypes, .getJobType, .submitJob, .submitJobCheck, .queryJobs, .fetchJob, .deleteJob, .setJobStatus,
            .setJobPriority, .fetchJobTasks:
            describedForJobs(in: dialect)
        case .fetchJobLastRenderedInfo, .fetchGlobalLastRenderedInfo, .fetchJobBlocklist, .removeJobBlocklist:
            describedForProgress
        case .fetchTask, .fetchTaskLogInfo, .fetchTaskLog, .fetchTaskLogTail, .setTaskStatus:
            describedForTasks
        case .setJobTag, .deleteJobMass, .deleteJobWhatWouldItDo, .searchJobs:
            describedForManyJobs
        case .fetchWorkers, .fetchWorker, .deleteWorker, .requestWorkerStatusChange:
            describedForWorkerManagement
        case .fetchWorkerTags, .createWorkerTag, .fetchWorkerTag, .updateWorkerTag, .deleteWorkerTag, .setWorkerTags,
            .fetchWorkerSleepSchedule, .setWorkerSleepSchedule:
            describedForTagsAndSleep
        }
    }

    private func describedForWorkers(in dialect: APIDialect) -> OperationDescription {
        switch self {
        case .registerWorker:
            .init(
                .worker, "Registers a new worker. Each call registers another one.",
                body: .json(
                    "WorkerRegistration",
                    example: [
                        "secret": "a long random string", "platform": "linux", "supported_task_types": ["misc"],
                        dialect.workerNameField: "render-1",
                    ]),
                .json(200, "The worker.", "RegisteredWorker", gives: ("worker_id", "/uuid")))
        case .signOn:
            .init(
                .worker, "Signs a worker on.",
                body: .json(
                    "WorkerSignOn",
                    example: [
                        dialect.workerNameField: "render-1", "supported_task_types": ["misc"],
                        "software_version": "1.0",
                    ]),
                .json(200, "The status that the worker should change to.", "WorkerStateChange"))
        case .signOff: .init(.worker, "Signs a worker off.", .nothing(204, "Its task is requeued."))
        case .workerState:
            .init(
                .worker, "Returns the requested status of the worker.",
                .json(200, "The worker should change to this status.", "WorkerStateChange"),
                .nothing(204, "No change is requested."))
        case .workerStateChanged:
            .init(
                .worker, "Reports the new status of a worker.",
                body: .json("WorkerStateChanged", example: ["status": "awake"]),
                .nothing(204, "The status is recorded."))
        case .scheduleTask:
            .init(
                .worker, "Requests a task. Returns the same one until it has ended.",
                .json(200, "The task to run.", "AssignedTask", gives: ("task_id", "/uuid")),
                .nothing(204, "No task is available."),
                .refusal(409, "The worker is not awake."),
                .json(423, "The worker should change to this status first.", "WorkerStateChange"))
        case .mayWorkerRun:
            .init(
                .worker, "Returns whether a worker may continue a task.",
                .json(200, "Whether it may.", "MayKeepRunning"), .refusal(404, "Unknown task."))
        case .taskOutputProduced:
            .init(
                .worker, "Uploads an image that a task produced.",
                body: .init(content: ["image/jpeg": Schema.binary, "image/png": Schema.binary]),
                .nothing(202, "The image is now shown for the job."), .refusal(404, "Unknown task."),
                .refusal(409, "The task is not, or no longer, assigned to this worker."),
                .refusal(411, "The length of the image is missing."), .refusal(413, "The image is too large."))
        default:
            .init(
                .worker, "Updates the status, activity, progress and log of a task.",
                body: .json("TaskUpdate", example: ["activity": "rendering", "log": "a line\n"]),
                .nothing(204, "The update is recorded."), .refusal(404, "Unknown task."),
                .refusal(409, "The task is not, or no longer, assigned to this worker."))
        }
    }

    private func describedForJobs(in dialect: APIDialect) -> OperationDescription {
        switch self {
        case .getJobTypes: .init(.jobs, "Lists the job types.", .json(200, "The job types.", "AvailableJobTypes"))
        case .getJobType:
            .init(
                .jobs, "Returns a job type.", .json(200, "The job type.", "AvailableJobType"),
                .refusal(404, "Unknown job type."))
        case .submitJob:
            .init(
                .jobs, "Submits a job.", body: Self.job(in: dialect),
                .json(200, "The job.", "Job", gives: ("job_id", "/id")),
                .refusal(412, "The settings are for another version of the job type."))
        case .submitJobCheck:
            .init(
                .jobs, "Checks whether a job would be accepted.", body: Self.job(in: dialect),
                .nothing(204, "It would."),
                .refusal(412, "The settings are for another version of the job type."))
        case .queryJobs: .init(.jobs, "Lists all jobs.", .json(200, "The jobs.", "JobsQueryResult"))
        case .fetchJob: .init(.jobs, "Returns a job.", .json(200, "The job.", "Job"), .noJob)
        case .deleteJob:
            .init(.jobs, "Deletes a job; its running tasks are stopped.", .nothing(204, "The job is deleted."), .noJob)
        case .setJobStatus:
            .init(
                .jobs, "Changes the status of a job.",
                body: .json("JobStatusChange", example: ["status": "paused", "reason": "not now"]),
                .nothing(204, "The status is changed."), .noJob)
        case .setJobPriority:
            .init(
                .jobs, "Changes the priority of a job.", body: .json("JobPriorityChange", example: ["priority": 70]),
                .nothing(204, "The priority is changed."), .noJob)
        default:
            .init(
                .jobs, "Lists the tasks of a job.",
                .json(
                    200, "The tasks; empty for an unknown job.", "JobTasksSummary",
                    gives: ("task_id", "/tasks/0/id")))
        }
    }

    private var describedForProgress: OperationDescription {
        switch self {
        case .fetchJobLastRenderedInfo:
            .init(
                .jobs, "Returns the location of the newest image of a job.",
                .json(200, "The location.", "JobLastRenderedImageInfo"), .nothing(204, "There is no image."))
        case .fetchGlobalLastRenderedInfo:
            .init(
                .jobs, "Returns the location of the newest image of all jobs.",
                .json(200, "The location.", "JobLastRenderedImageInfo"), .nothing(204, "There is no image yet."))
        case .fetchJobBlocklist:
            .init(
                .jobs, "Lists the workers that are blocked from task types in a job.",
                .json(200, "The workers and task types.", "JobBlocklist"))
        default:
            .init(
                .jobs, "Removes entries from the blocklist of a job.",
                body: .json("JobBlocklist"), .nothing(204, "The entries are removed."), .noJob)
        }
    }

    private var describedForManyJobs: OperationDescription {
        switch self {
        case .setJobTag:
            .init(
                .jobs, "Sets or removes the worker tag of a job.",
                body: .json("JobTagChange", example: ["worker_tag": ""]), .nothing(204, "The tag is changed."), .noJob)
        case .deleteJobMass:
            .init(
                .jobs, "Deletes the jobs last updated at or before a time.",
                body: .json("JobMassDeletionSelection", example: ["last_updated_max": "2000-01-01T00:00:00Z"]),
                .nothing(204, "The jobs are deleted."), .refusal(416, "There are no such jobs."))
        case .deleteJobWhatWouldItDo:
            .init(
                .jobs, "Returns what would be deleted along with a job.",
                .json(200, "What would be deleted.", "JobDeletionInfo"), .noJob)
        default:
            .init(
                .jobs, "Lists the jobs that match a query.",
                body: .json("JobsQuery", example: ["status_in": ["queued"]]), .json(200, "The jobs.", "JobsQueryResult")
            )
        }
    }

    private var describedForTagsAndSleep: OperationDescription {
        switch self {
        case .fetchWorkerTags:
            .init(.workerManagement, "Lists the worker tags.", .json(200, "The tags.", "WorkerTagList"))
        case .createWorkerTag:
            .init(
                .workerManagement, "Creates a worker tag.", body: .json("WorkerTag", example: ["name": "GPU"]),
                .json(200, "The tag.", "WorkerTag", gives: ("tag_id", "/id")), .refusal(409, "The tag already exists."))
        case .fetchWorkerTag:
            .init(.workerManagement, "Returns a worker tag.", .json(200, "The tag.", "WorkerTag"), .noTag)
        case .updateWorkerTag:
            .init(
                .workerManagement, "Changes a worker tag.", body: .json("WorkerTag", example: ["name": "GPUs"]),
                .nothing(204, "The tag is changed."), .noTag)
        case .deleteWorkerTag:
            .init(.workerManagement, "Deletes a worker tag.", .nothing(204, "The tag is deleted."), .noTag)
        case .setWorkerTags:
            .init(
                .workerManagement, "Sets the tags of a worker.",
                body: .json("WorkerTagChangeRequest", example: ["tag_ids": []]), .nothing(204, "The tags are changed."),
                .noWorker)
        case .fetchWorkerSleepSchedule:
            .init(
                .workerManagement, "Returns the sleep schedule of a worker.",
                .json(200, "The schedule.", "WorkerSleepSchedule"),
                .nothing(204, "The worker has none."), .noWorker)
        default:
            .init(
                .workerManagement, "Sets the sleep schedule of a worker.",
                body: .json(
                    "WorkerSleepSchedule",
                    example: ["is_active": false, "days_of_week": "sa su", "start_time": "09:00", "end_time": "18:00"]),
                .nothing(204, "The schedule is changed."), .noWorker)
        }
    }

    private static func job(in dialect: APIDialect) -> OperationDescription.Body {
        var job: [String: JSONValue] = [
            "name": "Hello", "type": "echo-sleep-test", "priority": 50,
            "settings": ["message": "hello", "sleep_duration_seconds": 1, "sleep_repeats": 2],
            "metadata": ["project": "Trying"],
        ]
        if dialect.has(.submission) { job["submitter_platform"] = "linux" }
        return .json("SubmittedJob", example: .object(job))
    }

    private var describedForTasks: OperationDescription {
        switch self {
        case .fetchTask: .init(.jobs, "Returns a task.", .json(200, "The task.", "Task"), .noTask)
        case .fetchTaskLogInfo:
            .init(
                .jobs, "Returns the location of the log of a task.", .json(200, "The location.", "TaskLogInfo"),
                .nothing(204, "There is no log yet."), .noTask)
        case .fetchTaskLog:
            .init(
                .jobs, "Returns the log of a task.", .text("The log."), .nothing(204, "There is no log yet."), .noTask)
        case .fetchTaskLogTail:
            .init(
                .jobs, "Returns the last lines of the log of a task.", .text("The lines."),
                .nothing(204, "There is no log yet."),
                .noTask)
        default:
            .init(
                .jobs, "Changes the status of a task.",
                body: .json("TaskStatusChange", example: ["status": "queued", "reason": "once more"]),
                .nothing(204, "The status is changed."), .noTask)
        }
    }

    private var describedForWorkerManagement: OperationDescription {
        switch self {
        case .fetchWorkers: .init(.workerManagement, "Lists all workers.", .json(200, "The workers.", "WorkerList"))
        case .fetchWorker:
            .init(.workerManagement, "Returns a worker.", .json(200, "The worker.", "Worker"), .noWorker)
        case .deleteWorker:
            .init(
                .workerManagement, "Deletes a worker; its task is requeued.", .nothing(204, "The worker is deleted."),
                .noWorker)
        default:
            .init(
                .workerManagement, "Requests a status change of a worker.",
                body: .json("WorkerStatusChangeRequest", example: ["status": "asleep", "is_lazy": true]),
                .nothing(204, "The request is recorded."), .noWorker,
                .refusal(412, "The worker cannot be restarted."))
        }
    }
}

extension OperationDescription.Answer {
    fileprivate static let noJob = refusal(404, "Unknown job.")
    fileprivate static let noTask = refusal(404, "Unknown task.")
    fileprivate static let noTag = refusal(404, "Unknown tag.")
    fileprivate static let noWorker = refusal(404, "Unknown worker.")
}
