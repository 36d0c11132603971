import FlamencoAPI
import FoundationEssentials
import Testing

/// Decodes JSON, encodes it again, and compares with what has to come out.
private func roundTrip<Value: Codable & Equatable>(
    _ json: String, _ value: Value, becomes encoded: String, in dialect: APIDialect? = nil
) throws {
    #expect(try WireJSON.decode(Value.self, from: Data(json.utf8), in: dialect) == value)
    #expect(String(decoding: try WireJSON.encode(value, in: dialect), as: UTF8.self) == encoded)
    #expect(try WireJSON.decode(Value.self, from: WireJSON.encode(value, in: dialect), in: dialect) == value)
}

@Suite("Each schema of the contract is read and written")
struct ContractSchemaTests {
    @Test("FlamencoVersion, with the fields that newer managers add")
    func version() throws {
        try roundTrip(
            #"{"version": "3.5", "shortversion": "3.5", "name": "Flamenco", "git": "abc"}"#,
            FlamencoVersion(version: "3.5", shortVersion: "3.5", name: "Flamenco", git: "abc"),
            becomes: #"{"git":"abc","name":"Flamenco","shortversion":"3.5","version":"3.5"}"#)
    }

    @Test("WorkerRegistration")
    func registration() throws {
        let json = #"{"nickname":"ü","platform":"linux","secret":"s/1","supported_task_types":["blender","misc"]}"#
        try roundTrip(
            json,
            WorkerRegistration(
                secret: "s/1", platform: "linux", supportedTaskTypes: ["blender", "misc"], nickname: "ü"),
            becomes: json)
    }

    @Test("RegisteredWorker, whole")
    func registeredWorker() throws {
        let json =
            #"{"address":"::1","current_task":"t","last_activity":"now","nickname":"n","platform":"linux","software":"f","status":"awake","supported_task_types":["misc"],"uuid":"w"}"#
        try roundTrip(
            json,
            RegisteredWorker(
                uuid: "w", nickname: "n", address: "::1", status: .awake, platform: "linux", currentTask: "t",
                lastActivity: "now", software: "f", supportedTaskTypes: ["misc"]), becomes: json)
    }

    @Test("RegisteredWorker as managers in the field send it: nothing but its identity can be relied on")
    func scantRegisteredWorker() throws {
        for json in [
            #"{"uuid":"w"}"#, #"{"uuid":"w","status":"","last_activity":"","supported_task_types":null,"address":7}"#,
        ] {
            let worker = try WireJSON.decode(RegisteredWorker.self, from: Data(json.utf8))
            #expect(worker.uuid == "w")
            #expect(worker.status == .unknown(""))
            #expect(worker.supportedTaskTypes.isEmpty)
        }
        #expect(throws: JSONError(path: "uuid", problem: "missing")) {
            try WireJSON.decode(RegisteredWorker.self, from: Data("{}".utf8))
        }
    }

    @Test("WorkerSignOn, WorkerStateChange and WorkerStateChanged")
    func states() throws {
        let signOn = #"{"nickname":"n","software_version":"1.0","supported_task_types":[]}"#
        try roundTrip(
            signOn, WorkerSignOn(nickname: "n", supportedTaskTypes: [], softwareVersion: "1.0"), becomes: signOn)
        let change = #"{"status_requested":"asleep"}"#
        try roundTrip(change, WorkerStateChange(statusRequested: .asleep), becomes: change)
        let changed = #"{"status":"shutdown"}"#
        try roundTrip(changed, WorkerStateChanged(status: .shutdown), becomes: changed)
    }

    @Test("AssignedTask and Command")
    func task() throws {
        let json =
            #"{"commands":[{"name":"blender-render","parameters":{"args":["-f",12,0.5,true,null],"exe":"{blender}"}}],"job":"j","job_priority":50,"job_type":"render","name":"1-3","priority":2,"status":"queued","task_type":"blender","uuid":"t"}"#
        try roundTrip(
            json,
            AssignedTask(
                uuid: "t", job: "j", name: "1-3", status: .queued, priority: 2, jobPriority: 50, jobType: "render",
                taskType: "blender",
                commands: [
                    Command(
                        name: "blender-render",
                        parameters: ["exe": "{blender}", "args": ["-f", 12, 0.5, true, nil]])
                ]),
            becomes: json.replacing("}}],", with: #"},"total_step_count":0}],"#)
                .replacing(#""task_type""#, with: #""steps_completed":0,"steps_total":0,"task_type""#))
    }

    @Test("AssignedTask that says no more than what to do")
    func scantTask() throws {
        let task = try WireJSON.decode(AssignedTask.self, from: Data(#"{"uuid": "t", "commands": []}"#.utf8))
        #expect(task.name == "t")
        #expect(task.priority == 0)
        #expect(task.status == .unknown(""))
    }

    @Test("TaskUpdate, whole and empty")
    func update() throws {
        let json = #"{"activity":"rendering","log":"a\nb","taskStatus":"active"}"#
        try roundTrip(json, TaskUpdate(taskStatus: .active, activity: "rendering", log: "a\nb"), becomes: json)
        try roundTrip("{}", TaskUpdate(), becomes: "{}")
    }

    @Test("SubmittedJob: the contract's example")
    func submittedJob() throws {
        let json = """
            {"type": "simple-blender-render", "name": "3Д рендеринг", "priority": 50,
             "settings": {"blender_cmd": "{blender}", "filepath": "/render/sf/jobs/scene123.blend",
              "render_output": "/render/sf/frames/scene123", "frames": "1-10", "chunk_size": 3, "fps": 24,
              "extract_audio": true, "images_or_video": "images", "format": "PNG", "output_file_extension": ".png"},
             "metadata": {"user.name": "Sybren Stüvel", "user.email": "sybren@blender.org", "project": "Sprite Fright"}}
            """
        let job = SubmittedJob(
            name: "3Д рендеринг", type: "simple-blender-render", priority: 50,
            settings: [
                "blender_cmd": "{blender}", "filepath": "/render/sf/jobs/scene123.blend",
                "render_output": "/render/sf/frames/scene123", "frames": "1-10", "chunk_size": 3, "fps": 24,
                "extract_audio": true, "images_or_video": "images", "format": "PNG", "output_file_extension": ".png",
            ],
            metadata: [
                "user.name": "Sybren Stüvel", "user.email": "sybren@blender.org", "project": "Sprite Fright",
            ])
        try roundTrip(
            json, job,
            becomes:
                #"{"metadata":{"project":"Sprite Fright","user.email":"sybren@blender.org","user.name":"Sybren Stüvel"},"name":"3Д рендеринг","priority":50,"settings":{"blender_cmd":"{blender}","chunk_size":3,"extract_audio":true,"filepath":"/render/sf/jobs/scene123.blend","format":"PNG","fps":24,"frames":"1-10","images_or_video":"images","output_file_extension":".png","render_output":"/render/sf/frames/scene123"},"type":"simple-blender-render"}"#
        )
    }

    @Test("SubmittedJob without a priority has the contract's default")
    func defaultPriority() throws {
        let job = try WireJSON.decode(SubmittedJob.self, from: Data(#"{"name": "n", "type": "t"}"#.utf8))
        #expect(job == SubmittedJob(name: "n", type: "t", priority: 50))
    }

    @Test("Job: what was submitted and what became of it, in one object")
    func job() throws {
        let date = Date(timeIntervalSince1970: 1_767_225_600)
        let job = Job(
            submitted: SubmittedJob(name: "n", type: "t"), id: "j", created: Timestamp(date),
            updated: Timestamp(date.addingTimeInterval(0.25)), status: .underConstruction)
        let json =
            #"{"created":"2026-01-01T00:00:00.000Z","id":"j","name":"n","priority":50,"status":"under-construction","type":"t","updated":"2026-01-01T00:00:00.250Z"}"#
        try roundTrip(json, job, becomes: json)
    }

    @Test(
        "date-time with and without a fraction and an offset",
        arguments: [
            "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00+01:00",
            "2025-12-31T18:30:00.000-05:30", "2026-01-01T00:00:00.000000000Z",
        ])
    func timestamps(text: String) throws {
        let decoded = try WireJSON.decode([Timestamp].self, from: Data("[\"\(text)\"]".utf8))
        #expect(decoded == [Timestamp(Date(timeIntervalSince1970: 1_767_225_600))])
    }

    @Test("AvailableJobTypes with every kind of setting")
    func jobTypes() throws {
        let json =
            #"{"job_types":[{"label":"Render","name":"render","settings":[{"choices":["PNG","EXR"],"default":"PNG","description":"d","editable":false,"eval":"x","key":"format","propargs":{"min":1},"required":true,"subtype":"hashed_file_path","type":"string","visible":true},{"key":"n","type":"int32"}]}]}"#
        let settings = [
            AvailableJobSetting(
                key: "format", type: .string, subtype: .hashedFilePath, choices: ["PNG", "EXR"], propargs: ["min": 1],
                description: "d", default: "PNG", eval: "x", visible: .visible, required: true, editable: false),
            AvailableJobSetting(key: "n", type: .int32),
        ]
        try roundTrip(
            json,
            AvailableJobTypes(jobTypes: [AvailableJobType(name: "render", label: "Render", settings: settings)]),
            becomes: json, in: .v2022)
    }

    @Test("Error, and SecurityError, which has no code")
    func errors() throws {
        try roundTrip(
            #"{"code": 404, "message": "gone"}"#, ErrorReply(code: 404, message: "gone"),
            becomes: #"{"code":404,"message":"gone"}"#)
        try roundTrip(#"{"message": "no"}"#, ErrorReply(message: "no"), becomes: #"{"message":"no"}"#)
    }
}
