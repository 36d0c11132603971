import FlamencoAPI

/// Jobs and job types.
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
                    "The state of a job.",
                    [
                        "id": Schema.identity, "created": Schema.time, "updated": Schema.time,
                        "status": Schema.named("JobStatus"),
                    ] + with(.submission, ["activity": Schema.text])
                        + with(.steps, ["steps_completed": Schema.count, "steps_total": Schema.count]))),
            "JobBlocklist": Schema.list(of: Schema.named("JobBlocklistEntry")),
            "JobBlocklistEntry": Schema.request(
                "A worker that is blocked from tasks of a type in a job.",
                ["worker_id": Schema.identity, "task_type": Schema.text], optional: ["worker_name": Schema.text]),
            "JobsQueryResult": Schema.object(
                "The jobs, oldest first.", ["jobs": Schema.list(of: Schema.named("Job"))]),
            "JobStatusChange": Schema.request(
                "A request to change the status of a job.", ["status": Schema.named("JobStatus")] + reason,
                optional: dialect.has(.submission) ? [:] : ["reason": Schema.text]),
            "JobPriorityChange": Schema.request(
                "A request to change the priority of a job; higher goes first.", ["priority": Schema.integer(0...100)]),
        ]
            + with(
                .submission,
                [
                    "JobLastRenderedImageInfo": Schema.object(
                        "The location of the newest image: the start of its path, and the possible suffixes.",
                        ["base": Schema.text, "suffixes": Schema.texty]),
                    "JobTagChange": Schema.request(
                        "The worker tag of a job; no tag if empty.", [:],
                        optional: ["worker_tag": Schema.text]),
                    "JobMassDeletionSelection": Schema.request(
                        "Jobs last updated at or before this time.", ["last_updated_max": Schema.time]),
                    "JobDeletionInfo": Schema.object(
                        "What would be deleted along with a job.", ["shaman_checkout": Schema.flag]),
                    "JobsQuery": Schema.request(
                        "Criteria for a query of jobs.", [:],
                        optional: [
                            "offset": Schema.count, "limit": Schema.count,
                            "status_in": Schema.list(of: Schema.named("JobStatus")), "metadata": Schema.texts,
                            "settings": Schema.members,
                        ]),
                    "JobStorageInfo": Schema.request(
                        "Where the files of a job are.", [:], optional: ["shaman_checkout_id": Schema.text]),
                ])
    }

    /// Flamenco 3 requires a reason for changes by users.
    var reason: [String: JSONValue] { with(.submission, ["reason": Schema.text]) }

    private var submitted: JSONValue {
        Schema.request(
            "A job to submit. The available settings depend on its type.",
            ["name": Schema.text, "type": Schema.text]
                + (dialect.has(.submission) ? ["submitter_platform": Schema.text] : ["priority": Schema.integer]),
            optional: with(.submission, ["priority": Schema.integer]) + [
                "settings": Schema.named("JobSettings"),
                "metadata": Schema.named("JobMetadata"),
            ]
                + with(
                    .submission,
                    [
                        "type_etag": Schema.text, "worker_tag": Schema.text,
                        "storage": Schema.named("JobStorageInfo"),
                        "initial_status": Schema.named("JobStatus"),
                    ]))
    }

    var jobTypes: [String: JSONValue] {
        [
            "AvailableJobTypes": Schema.object(
                "The job types.", ["job_types": Schema.list(of: Schema.named("AvailableJobType"))]),
            "AvailableJobType": Schema.object(
                "A job type and its settings.",
                [
                    "name": Schema.text, "label": Schema.text,
                    "settings": Schema.list(of: Schema.named("AvailableJobSetting")),
                ] + with(.labelledSettings, ["etag": Schema.text]),
                optional: with(.labelledSettings, ["description": Schema.text])),
            "AvailableJobSetting": Schema.object(
                "A setting of a job type.",
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
                                "How the expression is presented to users.",
                                ["showLinkButton": Schema.flag, "description": Schema.text]),
                        ])),
        ]
    }
}
