import FlamencoAPI

/// What workers say and hear, and what people hear of workers.
extension APISchemas {
    private var name: String { dialect.workerNameField }

    var workers: [String: JSONValue] {
        aboutThemselves + managed + with(.submission, tags)
    }

    private var tags: [String: JSONValue] {
        [
            "WorkerTagList": Schema.object(
                "The tags that workers can have.", ["tags": Schema.list(of: Schema.named("WorkerTag"))])
        ]
    }

    private var aboutThemselves: [String: JSONValue] {
        let status = Schema.named("WorkerStatus")
        return [
            "WorkerStatus": Schema.words(dialect.workerStatuses),
            "WorkerRegistration": Schema.request(
                "A new worker, and the password that it made up.",
                [
                    "secret": ["type": "string", "minLength": 1], "platform": Schema.text,
                    "supported_task_types": Schema.texty, name: Schema.text,
                ]),
            "RegisteredWorker": Schema.object(
                "A worker that was registered.",
                [
                    "uuid": Schema.identity, name: Schema.text, "address": Schema.text, "status": status,
                    "platform": Schema.text, "current_task": Schema.text, "last_activity": Schema.text,
                    "software": Schema.text, "supported_task_types": Schema.texty,
                ]),
            "WorkerSignOn": Schema.request(
                "A worker that comes to work.",
                [name: Schema.text, "supported_task_types": Schema.texty, "software_version": Schema.text],
                optional: with(.restart, ["can_restart": Schema.flag])),
            "WorkerStateChange": Schema.object("The state that is wanted.", ["status_requested": status]),
            "WorkerStateChanged": Schema.request("The state that was entered.", ["status": status]),
        ]
    }

    private var managed: [String: JSONValue] {
        [
            "WorkerStatusChangeRequest": Schema.request(
                "A wish for a state, at once or after the task.", ["status": Schema.named("WorkerStatus")],
                optional: ["is_lazy": Schema.flag]),
            "WorkerSummary": summary,
            "Worker": Schema.both(
                Schema.named("WorkerSummary"),
                Schema.object(
                    "More about a worker.",
                    ["ip_address": Schema.text, "platform": Schema.text, "supported_task_types": Schema.texty],
                    optional: [
                        "task": Schema.named("WorkerTask"), "tags": Schema.list(of: Schema.named("WorkerTag")),
                    ])),
            "WorkerTag": Schema.object("A tag of workers.", ["name": Schema.text], optional: ["id": Schema.identity]),
            "WorkerTask": Schema.both(
                Schema.named("TaskSummary"), Schema.object("The job of a task.", ["job_id": Schema.identity])),
            "WorkerList": Schema.object(
                "The workers, in the order of their registration.",
                ["workers": Schema.list(of: Schema.named("WorkerSummary"))]),
        ]
    }

    private var summary: JSONValue {
        Schema.object(
            "A worker in a list.",
            [
                "id": Schema.identity, "name": Schema.text, "status": Schema.named("WorkerStatus"),
                "version": Schema.text,
            ],
            optional: [
                "status_change": Schema.named("WorkerStatusChangeRequest"), "last_seen": Schema.time,
                "can_restart": Schema.flag,
            ])
    }
}
