import FlamencoAPI
import Service
import Testing

@Suite("What workers ask a manager for")
struct WorkerOperationTests {
    private let manager = Manager()

    @Test("a worker registers, signs on, works, and signs off")
    func life() async throws {
        let worker = await manager.awakeWorker()
        #expect(await manager.ask("GET", "/api/worker/state", as: worker).status == 204)
        #expect(await manager.ask("POST", "/api/worker/task", as: worker).status == 204)
        let job = await manager.submitEcho()
        let task = await manager.ask("POST", "/api/worker/task", as: worker)
        #expect(task.status == 200)
        #expect(task.body?["status"] == "queued")
        #expect(task.body?["commands"] == [["name": "exec", "parameters": ["exe": "true", "args": []]]])
        let id = try #require(task.body?["uuid"]?.stringValue)
        #expect(await manager.ask("POST", "/api/worker/task", as: worker).body?["uuid"]?.stringValue == id)

        let update = #"{"taskStatus": "completed", "activity": "done", "log": "zażółć\n"}"#
        #expect(await manager.ask("POST", "/api/worker/task/\(id)", update, as: worker).status == 204)
        #expect(await manager.ask("POST", "/api/worker/task/\(id)", update, as: worker).status == 204)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["status"] == "completed")
        #expect(await manager.text("/api/tasks/\(id)/log/text").contains("zażółć"))
        #expect(await manager.ask("POST", "/api/worker/sign-off", as: worker).status == 204)
        #expect(await manager.ask("POST", "/api/worker/task", as: worker).status == 409)
    }

    @Test("a worker that is asked to change its state is told in place of a task, until it has")
    func stateRequest() async {
        let worker = await manager.awakeWorker()
        let wish = await manager.ask(
            "POST", "/api/worker-mgt/workers/\(worker.id)/setstatus", #"{"status": "asleep", "is_lazy": false}"#)
        #expect(wish.status == 204)
        let locked = await manager.ask("POST", "/api/worker/task", as: worker)
        #expect(locked.status == 423)
        #expect(locked.body == ["status_requested": "asleep"])
        #expect(await manager.ask("GET", "/api/worker/state", as: worker).body == ["status_requested": "asleep"])
        _ = await manager.ask("POST", "/api/worker/state-changed", #"{"status": "asleep"}"#, as: worker)
        #expect(await manager.ask("GET", "/api/worker/state", as: worker).status == 204)
        #expect(await manager.ask("POST", "/api/worker/task", as: worker).status == 409)
    }

    @Test("updates of what is not a task, not there, or not the worker's are refused")
    func refusedUpdates() async throws {
        let worker = await manager.awakeWorker()
        let other = await manager.awakeWorker()
        _ = await manager.submitEcho()
        let task = await manager.ask("POST", "/api/worker/task", as: worker)
        let id = try #require(task.body?["uuid"]?.stringValue)
        #expect(await manager.ask("POST", "/api/worker/task/x", "{}", as: worker).status == 400)
        let unknown = "00000000-0000-4000-8000-000000000000"
        #expect(await manager.ask("POST", "/api/worker/task/\(unknown)", "{}", as: worker).status == 404)
        #expect(await manager.ask("POST", "/api/worker/task/\(id)", "{}", as: other).status == 409)
        #expect(await manager.ask("POST", "/api/worker/task/\(id)", "{}", as: worker).status == 204)
    }

    @Test("whoever does not say who it is gets 403, and so does whoever is somebody else")
    func credentials() async {
        let worker = await manager.awakeWorker()
        for (method, path) in [
            ("POST", "sign-on"), ("POST", "sign-off"), ("GET", "state"), ("POST", "state-changed"), ("POST", "task"),
            ("POST", "task/x"),
        ] {
            #expect(await manager.ask(method, "/api/worker/" + path, "{}").status == 403)
            #expect(await manager.ask(method, "/api/worker/" + path, "{}", as: (worker.id, "wrong")).status == 403)
            #expect(await manager.ask(method, "/api/worker/" + path, "{}", as: ("nobody", "s")).status == 403)
        }
    }

    @Test("a body that is no JSON, does not say so, or lacks something is a 400 with a sentence")
    func bodies() async {
        let path = "/api/worker/register-worker"
        for (body, type, message) in [
            (
                "{", "application/json",
                "invalid request body: not valid JSON: line 1, column 2: expected the name of a member, found the end of "
                    + "the text"
            ),
            (
                #"{"task_types": [],}"#, "application/json",
                "invalid request body: not valid JSON: line 1, column 19: expected the name of a member, found \"}\""
            ),
            (
                "{\u{0}}\u{0}", "application/json",
                "invalid request body: not valid JSON: line 1, column 2: expected the name of a member, found the byte 0x00"
            ),
            ("{}", "application/json", "invalid request body: field \"secret\": missing"),
            ("{}", "text/plain", "the body should be application/json, but is \"text/plain\""),
            ("{}", nil, "the body should be application/json, but is of no type"),
        ] as [(String, String?, String)] {
            let answer = await manager.ask("POST", path, body, type: type)
            #expect(answer.status == 400)
            #expect(answer.body == ["code": 400, "message": .string(message)])
        }
    }
}
