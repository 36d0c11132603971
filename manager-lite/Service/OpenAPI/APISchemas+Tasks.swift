import FlamencoAPI

/// Tasks, for workers and for users.
extension APISchemas {
    var tasks: [String: JSONValue] {
        var tasks = workersTasks + peoplesTasks
        if dialect.has(.taskPermission) {
            tasks["MayKeepRunning"] = Schema.object(
                "Whether a worker may continue its task.",
                ["mayKeepRunning": Schema.flag, "reason": Schema.text, "statusChangeRequested": Schema.flag])
        }
        return tasks
    }

    private var workersTasks: [String: JSONValue] {
        [
            "TaskStatus": Schema.words(dialect.taskStatuses),
            "Command": Schema.object(
                "A command of a task.", ["name": Schema.text, "parameters": Schema.members],
                optional: with(.steps, ["total_step_count": Schema.count])),
            "AssignedTask": Schema.object(
                "A task that a worker has to run.",
                [
                    "uuid": Schema.identity, "job": Schema.identity, "name": Schema.text,
                    "status": Schema.named("TaskStatus"), "priority": Schema.integer, "job_priority": Schema.integer,
                    "job_type": Schema.text, "task_type": Schema.text,
                    "commands": Schema.list(of: Schema.named("Command")),
                ], optional: with(.steps, steps)),
            "TaskUpdate": Schema.request(
                "The progress of a task. The log is appended to the existing log.", [:],
                optional: [
                    "taskStatus": Schema.named("TaskStatus"), "activity": Schema.text,
                    "log": Schema.text,
                ] + with(.steps, ["steps_completed": Schema.count])),
        ]
    }

    private var steps: [String: JSONValue] { ["steps_completed": Schema.count, "steps_total": Schema.count] }

    private var peoplesTasks: [String: JSONValue] {
        let summary: [String: JSONValue] = [
            "id": Schema.identity, "name": Schema.text, "index_in_job": Schema.count,
            "status": Schema.named("TaskStatus"), "priority": Schema.integer, "task_type": Schema.text,
            "updated": Schema.time,
        ]
        return [
            "TaskSummary": Schema.object(
                "A task in a list.", summary, optional: ["worker": Schema.named("TaskWorker")] + steps),
            "Task": Schema.object(
                "The details of a task.",
                summary + [
                    "job_id": Schema.identity, "created": Schema.time, "activity": Schema.text,
                    "commands": Schema.list(of: Schema.named("Command")),
                ],
                optional: [
                    "worker": Schema.named("TaskWorker"), "last_touched": Schema.time,
                    "failed_by_workers": Schema.list(of: Schema.named("TaskWorker")),
                ] + steps),
            "TaskWorker": Schema.object(
                "The worker of a task; no worker if its members are empty.",
                ["id": Schema.text, "name": Schema.text, "address": Schema.text]),
            "JobTasksSummary": Schema.object(
                "The tasks of a job, in order.", ["tasks": Schema.list(of: Schema.named("TaskSummary"))]),
            "TaskLogInfo": Schema.object(
                "The location of a task's log, and its size in bytes.",
                ["task_id": Schema.identity, "job_id": Schema.identity, "size": Schema.count, "url": Schema.text]),
            "TaskStatusChange": Schema.request(
                "A request to change the status of a task.", ["status": Schema.named("TaskStatus")] + reason,
                optional: dialect.has(.submission) ? [:] : ["reason": Schema.text]),
        ]
    }
}
