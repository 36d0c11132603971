import FlamencoAPI

/// Jobs, and the types of jobs.
extension APISchemas {
    var jobs: [String: JSONValue] {
        [
            "JobStatus": Schema.words(dialect.jobStatuses),
            "JobSettings": Schema.members,
            "JobMetadata": Schema.texts,
            "SubmittedJob": submitted,
            "Job": Schema.both(
                Schema.named("SubmittedJob"),
                Schema.object(
                    "What became of a job.",
                    [
                        "id": Schema.identity, "created": Schema.time, "updated": Schema.time,
                        "status": Schema.named("JobStatus"),
                    ] + with(.submission, ["activity": Schema.text])
                        + with(.steps, ["steps_completed": Schema.count, "steps_total": Schema.count]))),
            "JobBlocklist": Schema.list(of: Schema.named("JobBlocklistEntry")),
            "JobBlocklistEntry": Schema.request(
                "A worker that gets no more tasks of a type in a job.",
                ["worker_id": Schema.identity, "task_type": Schema.text], optional: ["worker_name": Schema.text]),
            "JobsQueryResult": Schema.object(
                "The jobs, oldest first.", ["jobs": Schema.list(of: Schema.named("Job"))]),
            "JobStatusChange": Schema.request(
                "A wish for the state of a job: queued, active, paused or canceled.",
                ["status": Schema.named("JobStatus")], optional: ["reason": Schema.text]),
            "JobPriorityChange": Schema.request(
                "A wish for the priority of a job; higher goes first.", ["priority": Schema.integer]),
        ]
            + with(
                .submission,
                [
                    "JobLastRenderedImageInfo": Schema.object(
                        "Where the newest image is: what its path begins with, and how it can end.",
                        ["base": Schema.text, "suffixes": Schema.texty]),
                    "JobStorageInfo": Schema.request(
                        "Where the files of a job are.", [:], optional: ["shaman_checkout_id": Schema.text]),
                ])
    }

    private var submitted: JSONValue {
        Schema.request(
            "A job to be done. Which settings there are depends on its type.",
            ["name": Schema.text, "type": Schema.text] + with(.submission, ["submitter_platform": Schema.text]),
            optional: [
                "priority": Schema.integer, "settings": Schema.named("JobSettings"),
                "metadata": Schema.named("JobMetadata"),
            ]
                + with(
                    .submission,
                    [
                        "type_etag": Schema.text, "worker_tag": Schema.text,
                        "storage": Schema.named("JobStorageInfo"),
                        "initial_status": Schema.words([JobStatus.queued, .paused]),
                    ]))
    }

    var jobTypes: [String: JSONValue] {
        [
            "AvailableJobTypes": Schema.object(
                "The types of jobs.", ["job_types": Schema.list(of: Schema.named("AvailableJobType"))]),
            "AvailableJobType": Schema.object(
                "A type of jobs, and its settings.",
                [
                    "name": Schema.text, "label": Schema.text,
                    "settings": Schema.list(of: Schema.named("AvailableJobSetting")),
                ] + with(.labelledSettings, ["etag": Schema.text]),
                optional: with(.labelledSettings, ["description": Schema.text])),
            "AvailableJobSetting": Schema.object(
                "A setting of jobs of a type.",
                ["key": Schema.text, "type": Schema.words(AvailableJobSettingType.spellings.map(\.0))],
                optional: [
                    "subtype": Schema.words(AvailableJobSettingSubtype.spellings.map(\.0)), "choices": Schema.texty,
                    "propargs": Schema.members, "description": Schema.text, "default": Schema.anything,
                    "eval": Schema.text, "required": Schema.flag, "editable": Schema.flag,
                    "visible": dialect.has(.labelledSettings)
                        ? Schema.words(AvailableJobSettingVisibility.spellings.map(\.0)) : Schema.flag,
                ]
                    + with(
                        .labelledSettings,
                        [
                            "label": Schema.text,
                            "evalInfo": Schema.object(
                                "How the expression is offered to people.",
                                ["showLinkButton": Schema.flag, "description": Schema.text]),
                        ])),
        ]
    }
}
