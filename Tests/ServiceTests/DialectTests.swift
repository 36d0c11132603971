import Farm
import FlamencoAPI
import Foundation
import Service
import Testing

@Suite("Each dialect has its own statuses and shapes")
struct DialectTests {
    private let manager = Manager()

    private static let echo = #"{"name": "n", "type": "echo-sleep-test", "settings": {"message": "m"}"#

    /// All statuses in an answer, however deep, by what they are of.
    private func statuses(_ value: JSONValue?, of kind: String) -> [(String, String)] {
        switch value {
        case .array(let elements): return elements.flatMap { statuses($0, of: kind) }
        case .object(let members):
            return members.flatMap { name, member -> [(String, String)] in
                let inner =
                    switch name {
                    case "task", "tasks": "task"
                    case "job", "jobs": "job"
                    case "worker", "workers", "status_change": "worker"
                    default: kind
                    }
                if name == "status" || name == "status_requested", let text = member.stringValue {
                    return [(kind, text)]
                }
                return statuses(member, of: inner)
            }
        default: return []
        }
    }

    @Test("answers have only statuses of the dialect that was asked in, whatever the farm has been through")
    func answers() async throws {
        let old = await manager.awakeWorker()
        let new = await manager.awakeWorker(in: .v3)
        let jobs = [await manager.submitEcho(), await manager.submitEcho(), await manager.submitEcho()]
        _ = await manager.ask("POST", "/api/worker/task", as: old)
        _ = await manager.ask("POST", "/api/v3/worker/task", as: new)
        func check() async {
            for dialect in APIDialect.allCases {
                let known = [
                    "job": dialect.jobStatuses.map(\.spelling), "task": dialect.taskStatuses.map(\.spelling),
                    "worker": dialect.workerStatuses.map(\.spelling),
                ]
                var answers: [(JSONValue?, String)] = []
                for (path, kind) in [("jobs", "job"), ("worker-mgt/workers", "worker")] {
                    answers.append((await manager.ask("GET", "\(dialect.root)/\(path)").body, kind))
                }
                for job in jobs {
                    answers.append((await manager.ask("GET", "\(dialect.root)/jobs/\(job)/tasks").body, "task"))
                }
                for worker in [old, new] {
                    answers.append(
                        (await manager.ask("GET", "\(dialect.root)/worker-mgt/workers/\(worker.id)").body, "worker"))
                    answers.append(
                        (await manager.ask("GET", "\(dialect.root)/worker/state", as: worker).body, "worker"))
                }
                let found = answers.flatMap { statuses($0.0, of: $0.1) }
                #expect(found.count > 5)
                for (kind, status) in found {
                    #expect(known[kind]?.contains(status) == true, "\(dialect): a \(kind) is \(status)")
                }
            }
        }
        await check()
        for (path, root, body) in [
            ("jobs/\(jobs[0])", "/api/v3", #"{"status": "pause-requested", "reason": ""}"#),
            ("jobs/\(jobs[1])", "/api", #"{"status": "cancel-requested"}"#),
            ("jobs/\(jobs[1])", "/api/v3", #"{"status": "requeueing", "reason": ""}"#),
            ("worker-mgt/workers/\(old.id)", "/api", #"{"status": "shutdown"}"#),
            ("worker-mgt/workers/\(new.id)", "/api/v3", #"{"status": "offline", "is_lazy": true}"#),
        ] {
            #expect(await manager.ask("POST", "\(root)/\(path)/setstatus", body).status == 204, "\(body)")
            await check()
        }
        for (worker, root, status) in [(old, "/api", "shutdown"), (new, "/api/v3", "offline")] {
            let body = #"{"status": "\#(status)"}"#
            #expect(await manager.ask("POST", "\(root)/worker/state-changed", body, as: worker).status == 204)
            await check()
        }
    }

    @Test(
        "requests may have only statuses of the dialect that they are made in",
        arguments: [
            ("/api", "worker/state-changed", "restart"), ("/api/v3", "worker/state-changed", "shutdown"),
            ("/api", "worker-mgt/workers/W/setstatus", "restart"),
            ("/api/v3", "worker-mgt/workers/W/setstatus", "shutdown"),
            ("/api", "jobs/J/setstatus", "requeueing"), ("/api/v3", "jobs/J/setstatus", "requeued"),
            ("/api/v3", "jobs/J/setstatus", "archived"), ("/api", "jobs/J/setstatus", "pause-requested"),
            ("/api/v3", "tasks/T/setstatus", "cancel-requested"), ("/api/v3", "tasks/T/setstatus", "done"),
        ])
    func requests(root: String, path: String, status: String) async throws {
        let worker = await manager.awakeWorker()
        let job = await manager.submitEcho()
        let task = await manager.ask("POST", "/api/worker/task", as: worker).body?["uuid"]?.stringValue ?? ""
        let path = path.replacing("W", with: worker.id).replacing("J", with: job).replacing("T", with: task)
        let before = manager.service.farm
        let body = #"{"status": "\#(status)", "reason": "test", "is_lazy": false}"#
        let answer = await manager.ask("POST", "\(root)/\(path)", body, as: worker)
        #expect(answer.status == 400)
        let message = answer.body?["message"]?.stringValue ?? ""
        #expect(message.hasPrefix("invalid request body: field \"status\": expected one of \""))
        #expect(message.hasSuffix("found \"\(status)\""))
        #expect(manager.service.farm.fetchJobs() == before.fetchJobs())
        #expect(try manager.service.farm.fetchWorker(worker.id).summary.statusChange == nil)
    }

    @Test("tasks are queued in 2022 and active in Flamenco 3 when they are handed out; only those have steps")
    func assignedTask() async throws {
        _ = await manager.submitEcho()
        _ = await manager.submitEcho()
        let old = await manager.ask("POST", "/api/worker/task", as: await manager.awakeWorker()).body
        let worker = await manager.awakeWorker(in: .v3)
        let new = await manager.ask("POST", "/api/v3/worker/task", as: worker).body
        #expect(old?["status"] == "queued" && old?["steps_total"] == nil)
        #expect(new?["status"] == "active" && new?["steps_total"] == 1 && new?["steps_completed"] == 0)
        let id = try #require(new?["uuid"]?.stringValue)
        _ = await manager.ask("POST", "/api/v3/worker/task/\(id)", #"{"steps_completed": 1}"#, as: worker)
        let task = await manager.ask("GET", "/api/v3/tasks/\(id)").body
        #expect(task?["steps_completed"] == 1 && task?["steps_total"] == 1)
        let job = new?["job"]?.stringValue ?? ""
        #expect(await manager.ask("GET", "/api/v3/jobs/\(job)").body?["steps_completed"] == 1)
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["steps_completed"] == nil)
    }

    @Test("a job of Flamenco 3: platform needed, another version of its type refused, paused if wished")
    func submission() async {
        func submit(_ more: String) async -> (status: Int, body: JSONValue?) {
            await manager.ask("POST", "/api/v3/jobs", Self.echo + more + "}")
        }
        let missing = await submit("")
        #expect(missing.status == 400)
        #expect(missing.body?["message"] == "invalid request body: field \"submitter_platform\": missing")
        let platform = #", "submitter_platform": "linux""#
        let etag = await manager.ask("GET", "/api/v3/jobs/type/echo-sleep-test").body?["etag"]?.stringValue ?? ""
        let outdated = await submit(platform + #", "type_etag": "x\#(etag)""#)
        #expect(outdated.status == 412)
        #expect(outdated.body?["message"]?.stringValue?.contains("fetch the job types again") == true)
        #expect(await submit(platform + #", "initial_status": "archived""#).status == 400)
        let job = await submit(platform + #", "type_etag": "\#(etag)", "initial_status": "paused""#)
        #expect(job.status == 200 && job.body?["status"] == "paused")
        #expect(job.body?["steps_total"] == 2)
    }

    @Test("workers have tags, and say whether they can be restarted")
    func workers() async {
        let worker = await manager.awakeWorker(in: .v3)
        #expect(await manager.ask("GET", "/api/v3/worker-mgt/tags").body == ["tags": []])
        #expect(await manager.ask("GET", "/api/worker-mgt/tags").status == 404)
        let details = await manager.ask("GET", "/api/v3/worker-mgt/workers/\(worker.id)").body
        #expect(details?["can_restart"] == false && details?["tags"] == nil)
        let restart = await manager.ask(
            "POST", "/api/v3/worker-mgt/workers/\(worker.id)/setstatus", #"{"status": "restart", "is_lazy": false}"#)
        #expect(restart.status == 412)
        #expect(restart.body?["message"]?.stringValue?.contains("cannot be restarted") == true)
    }

    @Test("the blocklist of a job is looked at and cleared")
    func blocklist() async {
        let job = await manager.submitEcho()
        let worker = await manager.awakeWorker(in: .v3)
        let path = "/api/v3/jobs/\(job)/blocklist"
        #expect(await manager.ask("GET", path).body == [])
        let entries = #"[{"worker_id": "\#(worker.id)", "task_type": "misc"}]"#
        #expect(await manager.ask("DELETE", path, entries).status == 204)
        #expect(await manager.ask("DELETE", path, #"[{"worker_id": 5}]"#).status == 400)
    }
}
