import FlamencoAPI

extension FlamencoAPI.Operation {
    /// What there is to say of the operation.
    func description(in dialect: APIDialect) -> OperationDescription {
        switch self {
        case .getVersion:
            .init(.meta, "Which manager this is.", .json(200, "The manager.", "FlamencoVersion"))
        case .getDocument:
            .init(
                .meta, "This document.",
                .init(status: 200, summary: "The document.", content: ["application/json": Schema.members]))
        case .getFarmStatus:
            .init(.meta, "What the farm as a whole is doing.", .json(200, "The farm.", "FarmStatusReport"))
        case .getVariables:
            .init(
                .meta, "The variables as they are for people or workers on a platform.",
                .json(200, "The variables by their names.", "ManagerVariables"),
                .refusal(404, "There is no such audience."))
        case .getConfiguration:
            .init(.meta, "How the manager is set up.", .json(200, "The set-up.", "ManagerConfiguration"))
        case .getSharedStorage:
            .init(
                .meta, "Where shared files are, as people or workers on a platform call it.",
                .json(200, "The place.", "SharedStorageLocation"), .refusal(404, "There is no such audience."))
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
                .worker, "Makes a new worker. Each call makes another one.",
                body: .json(
                    "WorkerRegistration",
                    example: [
                        "secret": "a long random text", "platform": "linux", "supported_task_types": ["misc"],
                        dialect.workerNameField: "render-1",
                    ]),
                .json(200, "The worker.", "RegisteredWorker", gives: ("worker_id", "/uuid")))
        case .signOn:
            .init(
                .worker, "Says that a worker is there.",
                body: .json(
                    "WorkerSignOn",
                    example: [
                        dialect.workerNameField: "render-1", "supported_task_types": ["misc"],
                        "software_version": "1.0",
                    ]),
                .json(200, "The state that the worker has to go to.", "WorkerStateChange"))
        case .signOff: .init(.worker, "Says that a worker leaves.", .nothing(204, "Its task goes to another."))
        case .workerState:
            .init(
                .worker, "Asks whether another state is wanted.",
                .json(200, "The worker has to go to this state.", "WorkerStateChange"),
                .nothing(204, "The worker may stay as it is."))
        case .workerStateChanged:
            .init(
                .worker, "Says which state a worker entered.",
                body: .json("WorkerStateChanged", example: ["status": "awake"]), .nothing(204, "The manager knows."))
        case .scheduleTask:
            .init(
                .worker, "Asks for a task. It is the same one until that has come to its end.",
                .json(200, "Run this.", "AssignedTask", gives: ("task_id", "/uuid")),
                .nothing(204, "There is nothing to do."),
                .refusal(409, "The worker is not awake."),
                .json(423, "The worker has to go to this state first.", "WorkerStateChange"))
        case .mayWorkerRun:
            .init(
                .worker, "Asks whether a worker may go on with a task.",
                .json(200, "Whether it may.", "MayKeepRunning"), .refusal(404, "There is no such task."))
        case .taskOutputProduced:
            .init(
                .worker, "Shows what a task has made.",
                body: .init(content: ["image/jpeg": Schema.binary, "image/png": Schema.binary]),
                .nothing(202, "The image is what the job shows now."), .refusal(404, "There is no such task."),
                .refusal(409, "The task is not this worker's, or not any more."),
                .refusal(411, "The length of the image is missing."), .refusal(413, "The image is too large."))
        default:
            .init(
                .worker, "Says how a task goes on.",
                body: .json("TaskUpdate", example: ["activity": "rendering", "log": "a line\n"]),
                .nothing(204, "The manager knows."), .refusal(404, "There is no such task."),
                .refusal(409, "The task is not this worker's, or not any more."))
        }
    }

    private func describedForJobs(in dialect: APIDialect) -> OperationDescription {
        switch self {
        case .getJobTypes: .init(.jobs, "The types of jobs.", .json(200, "The types.", "AvailableJobTypes"))
        case .getJobType:
            .init(
                .jobs, "A type of jobs.", .json(200, "The type.", "AvailableJobType"),
                .refusal(404, "There is no such type."))
        case .submitJob:
            .init(
                .jobs, "Submits a job.", body: Self.job(in: dialect),
                .json(200, "The job.", "Job", gives: ("job_id", "/id")),
                .refusal(412, "The settings were made for another version of the type."))
        case .submitJobCheck:
            .init(
                .jobs, "Says whether a job would be taken.", body: Self.job(in: dialect), .nothing(204, "It would."),
                .refusal(412, "The settings were made for another version of the type."))
        case .queryJobs: .init(.jobs, "All jobs.", .json(200, "The jobs.", "JobsQueryResult"))
        case .fetchJob: .init(.jobs, "A job.", .json(200, "The job.", "Job"), .noJob)
        case .deleteJob:
            .init(.jobs, "Forgets a job; workers that are on it stop.", .nothing(204, "It is forgotten."), .noJob)
        case .setJobStatus:
            .init(
                .jobs, "Changes the state of a job.",
                body: .json("JobStatusChange", example: ["status": "paused", "reason": "not now"]),
                .nothing(204, "It is so."), .noJob)
        case .setJobPriority:
            .init(
                .jobs, "Gives a job another priority.", body: .json("JobPriorityChange", example: ["priority": 70]),
                .nothing(204, "It is so."), .noJob)
        default:
            .init(
                .jobs, "The tasks of a job.",
                .json(
                    200, "The tasks; none of a job that is not there.", "JobTasksSummary",
                    gives: ("task_id", "/tasks/0/id")))
        }
    }

    private var describedForProgress: OperationDescription {
        switch self {
        case .fetchJobLastRenderedInfo:
            .init(
                .jobs, "Where the newest image of a job is.",
                .json(200, "The place.", "JobLastRenderedImageInfo"), .nothing(204, "There is none."))
        case .fetchGlobalLastRenderedInfo:
            .init(
                .jobs, "Where the newest image of all jobs is.",
                .json(200, "The place.", "JobLastRenderedImageInfo"), .nothing(204, "There is none yet."))
        case .fetchJobBlocklist:
            .init(
                .jobs, "The workers that get no more tasks of some types in a job.",
                .json(200, "The workers and types.", "JobBlocklist"))
        default:
            .init(
                .jobs, "Lets workers have tasks of some types in a job again.",
                body: .json("JobBlocklist"), .nothing(204, "They may."), .noJob)
        }
    }

    private var describedForManyJobs: OperationDescription {
        switch self {
        case .setJobTag:
            .init(
                .jobs, "Makes a job one for workers with a tag, or for any.",
                body: .json("JobTagChange", example: ["worker_tag": ""]), .nothing(204, "It is so."), .noJob)
        case .deleteJobMass:
            .init(
                .jobs, "Forgets the jobs that last changed at a time or before.",
                body: .json("JobMassDeletionSelection", example: ["last_updated_max": "2000-01-01T00:00:00Z"]),
                .nothing(204, "They are forgotten."), .refusal(416, "There are none."))
        case .deleteJobWhatWouldItDo:
            .init(.jobs, "What would go with a job.", .json(200, "What would go.", "JobDeletionInfo"), .noJob)
        default:
            .init(
                .jobs, "The jobs that are as somebody wants them.",
                body: .json("JobsQuery", example: ["status_in": ["queued"]]), .json(200, "The jobs.", "JobsQueryResult")
            )
        }
    }

    private var describedForTagsAndSleep: OperationDescription {
        switch self {
        case .fetchWorkerTags:
            .init(.workerManagement, "The tags of workers.", .json(200, "The tags.", "WorkerTagList"))
        case .createWorkerTag:
            .init(
                .workerManagement, "Makes a tag.", body: .json("WorkerTag", example: ["name": "GPU"]),
                .json(200, "The tag.", "WorkerTag", gives: ("tag_id", "/id")), .refusal(409, "There is one already."))
        case .fetchWorkerTag:
            .init(.workerManagement, "A tag.", .json(200, "The tag.", "WorkerTag"), .noTag)
        case .updateWorkerTag:
            .init(
                .workerManagement, "Changes a tag.", body: .json("WorkerTag", example: ["name": "GPUs"]),
                .nothing(204, "It is so."), .noTag)
        case .deleteWorkerTag: .init(.workerManagement, "Forgets a tag.", .nothing(204, "It is forgotten."), .noTag)
        case .setWorkerTags:
            .init(
                .workerManagement, "Gives a worker its tags.",
                body: .json("WorkerTagChangeRequest", example: ["tag_ids": []]), .nothing(204, "It is so."), .noWorker)
        case .fetchWorkerSleepSchedule:
            .init(
                .workerManagement, "When a worker sleeps.", .json(200, "The schedule.", "WorkerSleepSchedule"),
                .nothing(204, "It has none."), .noWorker)
        default:
            .init(
                .workerManagement, "Says when a worker sleeps.",
                body: .json(
                    "WorkerSleepSchedule",
                    example: ["is_active": false, "days_of_week": "sa su", "start_time": "09:00", "end_time": "18:00"]),
                .nothing(204, "It is so."), .noWorker)
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
        case .fetchTask: .init(.jobs, "A task.", .json(200, "The task.", "Task"), .noTask)
        case .fetchTaskLogInfo:
            .init(
                .jobs, "Where the log of a task is.", .json(200, "The place.", "TaskLogInfo"),
                .nothing(204, "There is none yet."), .noTask)
        case .fetchTaskLog:
            .init(.jobs, "The log of a task.", .text("The log."), .nothing(204, "There is none yet."), .noTask)
        case .fetchTaskLogTail:
            .init(
                .jobs, "The last lines of the log of a task.", .text("The lines."),
                .nothing(204, "There are none yet."),
                .noTask)
        default:
            .init(
                .jobs, "Changes the state of a task.",
                body: .json("TaskStatusChange", example: ["status": "queued", "reason": "once more"]),
                .nothing(204, "It is so."), .noTask)
        }
    }

    private var describedForWorkerManagement: OperationDescription {
        switch self {
        case .fetchWorkers: .init(.workerManagement, "All workers.", .json(200, "The workers.", "WorkerList"))
        case .fetchWorker:
            .init(.workerManagement, "A worker.", .json(200, "The worker.", "Worker"), .noWorker)
        case .deleteWorker:
            .init(
                .workerManagement, "Forgets a worker; its task goes to another.", .nothing(204, "It is forgotten."),
                .noWorker)
        default:
            .init(
                .workerManagement, "Asks a worker to go to another state.",
                body: .json("WorkerStatusChangeRequest", example: ["status": "asleep", "is_lazy": true]),
                .nothing(204, "It will be asked."), .noWorker,
                .refusal(412, "The worker cannot be started again."))
        }
    }
}

extension OperationDescription.Answer {
    fileprivate static let noJob = refusal(404, "There is no such job.")
    fileprivate static let noTask = refusal(404, "There is no such task.")
    fileprivate static let noTag = refusal(404, "There is no such tag.")
    fileprivate static let noWorker = refusal(404, "There is no such worker.")
}
