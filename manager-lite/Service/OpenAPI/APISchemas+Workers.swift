import FlamencoAPI

/// Messages of workers, and the workers as seen by users.
extension APISchemas {
    private var name: String { dialect.workerNameField }

    var workers: [String: JSONValue] {
        aboutThemselves + managed + with(.submission, tags)
    }

    private var tags: [String: JSONValue] {
        [
            "WorkerTagList": Schema.object(
                "The available worker tags.", ["tags": Schema.list(of: Schema.named("WorkerTag"))]),
            "WorkerTagChangeRequest": Schema.request(
                "The new tags of a worker.", ["tag_ids": Schema.list(of: Schema.identity)]),
            "WorkerSleepSchedule": Schema.object(
                "When a worker sleeps.",
                [
                    "is_active": Schema.flag, "days_of_week": Schema.text, "start_time": Schema.text,
                    "end_time": Schema.text,
                ]),
        ]
    }

    private var aboutThemselves: [String: JSONValue] {
        let status = Schema.named("WorkerStatus")
        return [
            "WorkerStatus": Schema.words(dialect.workerStatuses),
            "WorkerRegistration": Schema.request(
                "A new worker, and the secret that it generated.",
                [
                    "secret": Schema.text, "platform": Schema.text,
                    "supported_task_types": Schema.texty, name: Schema.text,
                ]),
            "RegisteredWorker": Schema.object(
                "A registered worker.",
                [
                    "uuid": Schema.identity, name: Schema.text, "address": Schema.text, "status": Schema.text,
                    "platform": Schema.text, "current_task": Schema.text, "last_activity": Schema.text,
                    "software": Schema.text, "supported_task_types": Schema.texty,
                ]),
            "WorkerSignOn": Schema.request(
                "A worker that signs on.",
                [name: Schema.text, "supported_task_types": Schema.texty, "software_version": Schema.text],
                optional: with(.restart, ["can_restart": Schema.flag])),
            "WorkerStateChange": Schema.object("The requested status.", ["status_requested": status]),
            "WorkerStateChanged": Schema.request("The new status of the worker.", ["status": status]),
        ]
    }

    private var managed: [String: JSONValue] {
        [
            "WorkerStatusChangeRequest": Schema.request(
                "A request to change a worker's status, immediately or after its task.",
                ["status": Schema.named("WorkerStatus")] + with(.submission, ["is_lazy": Schema.flag]),
                optional: dialect.has(.submission) ? [:] : ["is_lazy": Schema.flag]),
            "WorkerSummary": summary,
            "Worker": Schema.both(
                Schema.named("WorkerSummary"),
                Schema.object(
                    "The details of a worker.",
                    ["ip_address": Schema.text, "platform": Schema.text, "supported_task_types": Schema.texty],
                    optional: [
                        "task": Schema.named("WorkerTask"), "tags": Schema.list(of: Schema.named("WorkerTag")),
                    ])),
            "WorkerTag": Schema.request(
                "A worker tag.", ["name": Schema.text],
                optional: ["id": Schema.identity, "description": Schema.text]),
            "WorkerTask": Schema.both(
                Schema.named("TaskSummary"), Schema.object("The job of a task.", ["job_id": Schema.identity])),
            "WorkerList": Schema.object(
                "The workers, in order of registration.",
                ["workers": Schema.list(of: Schema.named("WorkerSummary"))]),
        ]
    }

    private var summary: JSONValue {
        Schema.object(
            "A worker in a list.",
            [
                // Empty for a worker that never signed on.
                "id": Schema.identity, "name": Schema.text, "status": Schema.text, "version": Schema.text,
            ],
            optional: [
                "status_change": Schema.named("WorkerStatusChangeRequest"), "last_seen": Schema.time,
                "can_restart": Schema.flag,
            ])
    }
}
