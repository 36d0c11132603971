import FlamencoAPI
import Service
import Testing

@Suite("What people ask a manager for")
struct FarmOperationTests {
    private let manager = Manager()

    @Test("it says what it is, and which job types it has")
    func version() async {
        #expect(await manager.ask("GET", "/api/version").body?["name"] == "manager-lite")
        guard case .array(let types) = await manager.ask("GET", "/api/jobs/types").body?["job_types"] else {
            Issue.record("no job types")
            return
        }
        #expect(types.map { $0["name"] } == ["command-line", "commands", "echo-sleep-test", "simple-blender-render"])
        #expect(await manager.ask("GET", "/api/jobs/type/echo-sleep-test").body?["name"] == "echo-sleep-test")
        #expect(await manager.ask("GET", "/api/jobs/type/echo").status == 404)
    }

    @Test("a job is submitted, listed, looked at, cancelled, requeued and deleted")
    func jobs() async {
        let job = await manager.submitEcho()
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["status"] == "queued")
        guard case .array(let jobs) = await manager.ask("GET", "/api/jobs").body?["jobs"],
            case .array(let tasks) = await manager.ask("GET", "/api/jobs/\(job)/tasks").body?["tasks"]
        else {
            Issue.record("no lists")
            return
        }
        #expect(jobs.map { $0["id"]?.stringValue } == [job])
        #expect(tasks.map { $0["status"] } == ["queued"])
        let task = tasks.first?["id"]?.stringValue ?? ""
        #expect(await manager.ask("GET", "/api/tasks/\(task)").body?["task_type"] == "misc")
        #expect(await manager.ask("GET", "/api/tasks/\(task)/log").status == 204)
        #expect(await manager.ask("GET", "/api/tasks/\(task)/logtail").status == 204)

        func set(_ status: String) async -> Int {
            await manager.ask("POST", "/api/jobs/\(job)/setstatus", #"{"status": "\#(status)", "reason": "test"}"#)
                .status
        }
        #expect(await set("cancel-requested") == 204)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["status"] == "canceled")
        #expect(await set("requeued") == 204)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["status"] == "queued")
        #expect(await manager.ask("POST", "/api/jobs/\(job)/setpriority", #"{"priority": 7}"#).status == 204)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["priority"] == 7)
        #expect(await manager.ask("DELETE", "/api/jobs/\(job)").status == 204)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").status == 404)
    }

    @Test("a job with a wrong setting is refused with setting, expectation and what came")
    func wrongJob() async {
        let job = #"{"name": "n", "type": "echo-sleep-test", "priority": 50, "settings": {"message": true}}"#
        for path in ["/api/jobs", "/api/jobs/check"] {
            let answer = await manager.ask("POST", path, job)
            #expect(answer.status == 400)
            let message = answer.body?["message"]?.stringValue ?? ""
            #expect(message.contains("message") && message.contains("true"), "\(message)")
        }
    }

    @Test("workers are listed, looked at and deleted; the farm has a state and variables")
    func workers() async {
        #expect(await manager.ask("GET", "/api/status").body?["status"] == "inoperative")
        let worker = await manager.awakeWorker()
        guard case .array(let workers) = await manager.ask("GET", "/api/worker-mgt/workers").body?["workers"] else {
            Issue.record("no list")
            return
        }
        #expect(workers.map { $0["status"] } == ["awake"])
        let details = await manager.ask("GET", "/api/worker-mgt/workers/\(worker.id)")
        #expect(details.body?["supported_task_types"] == ["misc"])
        #expect(await manager.ask("GET", "/api/status").body?["status"] == "idle")
        let variables = await manager.ask("GET", "/api/configuration/variables/workers/linux")
        #expect(variables.body?["ffmpeg"]?["value"] == "ffmpeg")
        #expect(await manager.ask("DELETE", "/api/worker-mgt/workers/\(worker.id)").status == 204)
        #expect(await manager.ask("GET", "/api/worker/state", as: worker).status == 403)
    }

    @Test(
        "what is not there is a 404, what cannot be done there a 405",
        arguments: [
            ("GET", "/", 404), ("GET", "/api/nothing", 404), ("DELETE", "/api/version", 405), ("PUT", "/api/jobs", 405),
            ("GET", "/api/jobs/%ff", 400), ("GET", "/api/jobs/x", 400),
        ])
    func nothing(method: String, path: String, status: Int) async {
        let answer = await manager.ask(method, path)
        #expect(answer.status == status)
        #expect(answer.body?["message"]?.stringValue?.isEmpty == false)
    }
}
