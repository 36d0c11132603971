import FlamencoAPI
import Foundation

/// What is said between people, workers and a manager from the first question to the last.
enum ContractConversation {
    static let steps =
        meeting + submission + arrival + work + stateChanges + failure + peoplesWishes + tagsAndSleep + farewell

    private static let nobody = "00000000-0000-4000-8000-000000000000"

    // MARK: The manager

    private static let meeting: [ConversationStep] = [
        .init("which manager is it", .getVersion, gives: 200, ["name": "manager-lite"]),
        .init("what does it say of itself", .getDocument, gives: 200, ["openapi": "3.0.3"]),
        .init("is anybody there", .getFarmStatus, gives: 200, ["status": "inoperative"]),
        .init(
            "variables", .getVariables, "workers", "linux", gives: 200,
            ["blender": ["value": "blender", "is_twoway": false]]),
        .init(
            "how is it set up", .getConfiguration, gives: 200, ["storageLocation": "/storage", "shamanEnabled": false]),
        .init(
            "where are the files", .getSharedStorage, "users", "linux", gives: 200,
            ["location": "/storage", "audience": "users", "platform": "linux"]),
        .init("whose files", .getSharedStorage, "managers", "linux", gives: 404),
        .init("tags of workers", .fetchWorkerTags, gives: 200, ["tags": []], ifHas: .submission),
        .init("no image yet", .fetchGlobalLastRenderedInfo, gives: 204, ifHas: .previews),
        .init("variables for nobody", .getVariables, "managers", "linux", gives: 404, ["code": 404]),
    ]

    // MARK: Jobs

    private static let job: JSONValue = [
        "name": "n", "type": "commands", "priority": 60, "submitter_platform": "linux",
        "settings": ["commands": [["name": "echo", "parameters": ["message": "hello"]]]],
        "metadata": ["project": "p"],
    ]

    private static let submission: [ConversationStep] = [
        .init("the types of jobs", .getJobTypes, gives: 200),
        .init("a type of jobs", .getJobType, "commands", gives: 200, ["name": "commands", "label": "Commands"]),
        .init("a type that is not there", .getJobType, "x", gives: 404, ["code": 404]),
        .init("would a job be taken", .submitJobCheck, with: job, gives: 204),
        .init(
            "not without a name", .submitJobCheck, with: ["type": "commands", "priority": 1], gives: 400, ["code": 400]),
        .init("no jobs yet", .queryJobs, gives: 200, ["jobs": []]),
        .init(
            "a job is taken", .submitJob, with: job, gives: 200,
            ["name": "n", "type": "commands", "priority": 60, "status": "queued", "metadata": ["project": "p"]],
            keep: ["job": ["id"]]),
        .init("a job that makes no sense", .submitJob, with: ["name": "n", "type": "x", "priority": 1], gives: 400),
        .init("it is there", .queryJobs, gives: 200, ["jobs": [["id": "$job"]]]),
        .init("it can be looked at", .fetchJob, "$job", gives: 200, ["id": "$job", "status": "queued"]),
        .init("one that is not there", .fetchJob, nobody, gives: 404),
        .init("one that cannot be", .fetchJob, "x", gives: 400),
        .init(
            "its tasks", .fetchJobTasks, "$job", gives: 200,
            ["tasks": [["name": "commands", "status": "queued", "task_type": "misc"]]],
            keep: ["task": ["tasks", "0", "id"]]),
        .init(
            "a task", .fetchTask, "$task", gives: 200,
            ["id": "$task", "job_id": "$job", "status": "queued", "commands": [["name": "echo"]]]),
        .init("a task that is not there", .fetchTask, nobody, gives: 404),
    ]

    // MARK: A worker

    private static let arrival: [ConversationStep] = [
        .init(
            "a worker registers", .registerWorker,
            with: ["secret": "secret", "platform": "linux", "supported_task_types": ["misc"], "<name>": "one"],
            gives: 200, ["<name>": "one", "platform": "linux", "supported_task_types": ["misc"]],
            keep: ["worker": ["uuid"]]),
        .init(
            "one that says nothing of itself", .registerWorker, with: ["secret": "secret"], gives: 400, ["code": 400]),
        .init("without credentials", .workerState, gives: 403, ["code": 403]),
        .init("with somebody else's", .workerState, by: nobody, gives: 403, ["code": 403]),
        .init(
            "it signs on", .signOn, by: "$worker",
            with: ["<name>": "two", "supported_task_types": ["misc"], "software_version": "v", "can_restart": true],
            gives: 200, ["status_requested": "awake"]),
        .init("no task before it is awake", .scheduleTask, by: "$worker", gives: 409, ["code": 409]),
        .init("it is awake", .workerStateChanged, by: "$worker", with: ["status": "awake"], gives: 204),
        .init("it may stay so", .workerState, by: "$worker", gives: 204),
        .init("it is in the list", .fetchWorkers, gives: 200, ["workers": [["name": "two", "status": "awake"]]]),
        .init(
            "it can be looked at", .fetchWorker, "$worker", gives: 200,
            ["id": "$worker", "version": "v", "supported_task_types": ["misc"], "platform": "linux"]),
        .init("one that is not there", .fetchWorker, nobody, gives: 404),
    ]

    // MARK: A task

    /// What a file in PNG begins with.
    private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    private static let sizes: JSONValue = [
        "suffixes": ["last-rendered.png", "last-rendered-small.png", "last-rendered-tiny.png"]
    ]

    private static let work: [ConversationStep] = [
        .init(
            "it gets the task", .scheduleTask, by: "$worker", gives: 200,
            [
                "uuid": "$task", "job": "$job", "job_priority": 60, "job_type": "commands", "task_type": "misc",
                "commands": [["name": "echo", "parameters": ["message": "hello"]]],
            ]),
        .init("and the same once more", .scheduleTask, by: "$worker", gives: 200, ["uuid": "$task"]),
        .init(
            "it may go on", .mayWorkerRun, "$task", by: "$worker", gives: 200,
            ["mayKeepRunning": true, "statusChangeRequested": false], ifHas: .taskPermission),
        .init(
            "it begins", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "active", "activity": "started"],
            gives: 204),
        .init("nothing new", .taskUpdate, "$task", by: "$worker", with: [:], gives: 204),
        .init("a log", .taskUpdate, "$task", by: "$worker", with: ["log": "a line\n"], gives: 204),
        .init(
            "what nobody can say", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "dancing"], gives: 400),
        .init("of nothing", .taskUpdate, nobody, by: "$worker", with: [:], gives: 404),
        .init("the farm works", .getFarmStatus, gives: 200, ["status": "active"]),
        .init("how far it is", .fetchTask, "$task", gives: 200, ["status": "active", "activity": "started"]),
        .init("its log", .fetchTaskLogInfo, "$task", gives: 200, ["task_id": "$task", "job_id": "$job", "size": 7]),
        .init("the log itself", .fetchTaskLog, "$task", gives: 200),
        .init("the end of it", .fetchTaskLogTail, "$task", gives: 200),
        .init(
            "an image", .taskOutputProduced, "$task", by: "$worker", image: png, gives: 202, ifHas: .previews),
        .init("of nothing", .taskOutputProduced, nobody, by: "$worker", image: png, gives: 404, ifHas: .previews),
        .init(
            "what is no image", .taskOutputProduced, "$task", by: "$worker", image: Data("<html>".utf8), gives: 202,
            ifHas: .previews),
        .init(
            "the job shows the one that is", .fetchJobLastRenderedInfo, "$job", gives: 200, sizes, ifHas: .previews),
        .init(
            "so does the farm", .fetchGlobalLastRenderedInfo, gives: 200, sizes, ifHas: .previews),
        .init("it is done", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "completed"], gives: 204),
        .init("said twice", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "completed"], gives: 204),
        .init("the job too", .fetchJob, "$job", gives: 200, ["status": "completed"]),
        .init("there is nothing more to do", .scheduleTask, by: "$worker", gives: 204),
    ]

    // MARK: States

    private static let stateChanges: [ConversationStep] = [
        .init(
            "somebody wants it asleep", .requestWorkerStatusChange, "$worker",
            with: ["status": "asleep", "is_lazy": true],
            gives: 204),
        .init("in place of a task", .scheduleTask, by: "$worker", gives: 423, ["status_requested": "asleep"]),
        .init("when it asks", .workerState, by: "$worker", gives: 200, ["status_requested": "asleep"]),
        .init("it is asleep", .workerStateChanged, by: "$worker", with: ["status": "asleep"], gives: 204),
        .init("it may stay so", .workerState, by: "$worker", gives: 204),
        .init("a state that is none", .workerStateChanged, by: "$worker", with: ["status": "dozing"], gives: 400),
        .init(
            "a wish that is none", .requestWorkerStatusChange, "$worker", with: ["status": "dozing", "is_lazy": true],
            gives: 400),
        .init("it wakes up", .workerStateChanged, by: "$worker", with: ["status": "awake"], gives: 204),
    ]

    // MARK: Failure

    private static let failure: [ConversationStep] = [
        .init("another job", .submitJob, with: job, gives: 200, keep: ["job": ["id"]]),
        .init("its task", .scheduleTask, by: "$worker", gives: 200, keep: ["task": ["uuid"]]),
        .init(
            "fails", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "failed", "activity": "no luck"],
            gives: 204),
        .init("with nobody left to try again", .fetchJob, "$job", gives: 200, ["status": "failed"]),
        .init("once is not too often", .fetchJobBlocklist, "$job", gives: 200),
        .init(
            "it may try again", .removeJobBlocklist, "$job", with: [["worker_id": "$worker", "task_type": "misc"]],
            gives: 204),
        .init(
            "and has failed already", .taskUpdate, "$task", by: "$worker", with: ["taskStatus": "completed"],
            gives: 409),
        .init(
            "so that it may not go on", .mayWorkerRun, "$task", by: "$worker", gives: 200, ["mayKeepRunning": false],
            ifHas: .taskPermission),
    ]

    // MARK: Wishes

    private static let peoplesWishes: [ConversationStep] = [
        .init("once more", .setTaskStatus, "$task", with: ["status": "queued", "reason": "again"], gives: 204),
        .init("the job stays as it is", .fetchJob, "$job", gives: 200, ["status": "failed"]),
        .init("not now", .setJobStatus, "$job", with: ["status": "paused", "reason": "wait"], gives: 204),
        .init("it waits", .scheduleTask, by: "$worker", gives: 204),
        .init("now", .setJobStatus, "$job", with: ["status": "active", "reason": "go"], gives: 204),
        .init("a wish that is none", .setJobStatus, "$job", with: ["status": "done", "reason": "x"], gives: 400),
        .init("urgent", .setJobPriority, "$job", with: ["priority": 99], gives: 204),
        .init("its task", .scheduleTask, by: "$worker", gives: 200, ["job_priority": 99]),
        .init("enough", .setJobStatus, "$job", with: ["status": "canceled", "reason": "x"], gives: 204),
        .init("it is over", .fetchJob, "$job", gives: 200, ["status": "canceled"]),
        .init("forgotten", .deleteJob, "$job", gives: 204),
        .init("gone", .fetchJob, "$job", gives: 404),
    ]

    // MARK: Tags and sleep

    private static let tagsAndSleep: [ConversationStep] = [
        .init(
            "a tag", .createWorkerTag, with: ["name": "GPU"], gives: 200, ["name": "GPU"], keep: ["tag": ["id"]],
            ifHas: .submission),
        .init("there it is", .fetchWorkerTag, "$tag", gives: 200, ["id": "$tag"], ifHas: .submission),
        .init("better", .updateWorkerTag, "$tag", with: ["name": "GPUs"], gives: 204, ifHas: .submission),
        .init(
            "for a worker", .setWorkerTags, "$worker", with: ["tag_ids": ["$tag"]], gives: 204, ifHas: .submission),
        .init("a job for it", .submitJob, with: job, gives: 200, keep: ["job": ["id"]], ifHas: .submission),
        .init("only for it", .setJobTag, "$job", with: ["worker_tag": "$tag"], gives: 204, ifHas: .submission),
        .init(
            "what hangs on it", .deleteJobWhatWouldItDo, "$job", gives: 200, ["shaman_checkout": false],
            ifHas: .submission),
        .init(
            "who looks for it", .searchJobs, with: ["status_in": ["queued"]], gives: 200, ["jobs": [["id": "$job"]]],
            ifHas: .submission),
        .init(
            "nothing is so old", .deleteJobMass, with: ["last_updated_max": "2000-01-01T00:00:00Z"], gives: 416,
            ifHas: .submission),
        .init(
            "everything is", .deleteJobMass, with: ["last_updated_max": "9000-01-01T00:00:00Z"], gives: 204,
            ifHas: .submission),
        .init("no tag", .deleteWorkerTag, "$tag", gives: 204, ifHas: .submission),
        .init("no schedule", .fetchWorkerSleepSchedule, "$worker", gives: 204, ifHas: .submission),
        .init(
            "a schedule", .setWorkerSleepSchedule, "$worker",
            with: ["is_active": false, "days_of_week": "mo", "start_time": "09:00", "end_time": "18:00"], gives: 204,
            ifHas: .submission),
        .init(
            "is kept", .fetchWorkerSleepSchedule, "$worker", gives: 200, ["days_of_week": "mo"], ifHas: .submission),
    ]

    // MARK: The end

    private static let farewell: [ConversationStep] = [
        .init("the worker leaves", .signOff, by: "$worker", gives: 204),
        .init("it is gone", .fetchWorker, "$worker", gives: 200, ["status": "offline"]),
        .init("and forgotten", .deleteWorker, "$worker", gives: 204),
        .init("for good", .signOff, by: "$worker", gives: 403),
    ]
}
