import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("What the dialects tell apart")
struct DialectTests {
    private func text(_ value: some Encodable, in dialect: APIDialect) throws -> String {
        String(decoding: try WireJSON.encode(value, in: dialect), as: UTF8.self)
    }

    @Test("the name of a worker, and whether it can be restarted")
    func signOn() throws {
        let words = WorkerSignOn(nickname: "n", supportedTaskTypes: [], softwareVersion: "1", canRestart: true)
        let old = #"{"nickname":"n","software_version":"1","supported_task_types":[]}"#
        let new = #"{"can_restart":true,"name":"n","software_version":"1","supported_task_types":[]}"#
        #expect(try text(words, in: .v2022) == old)
        #expect(try text(words, in: .v3) == new)
        #expect(try WireJSON.decode(WorkerSignOn.self, from: Data(new.utf8), in: .v3) == words)
        #expect(throws: JSONError(path: "name", problem: "missing")) {
            try WireJSON.decode(WorkerSignOn.self, from: Data(old.utf8), in: .v3)
        }
    }

    @Test("the words for going: Flamenco 3 has no shutdown, and 2022 no restart")
    func statuses() throws {
        for (status, old, new) in [
            (WorkerStatus.shutdown, "shutdown", "offline"), (.offline, "offline", "offline"),
            (.restart, "shutdown", "restart"), (.awake, "awake", "awake"), (.unknown("x"), "x", "x"),
        ] {
            #expect(try text(WorkerStateChanged(status: status), in: .v2022) == #"{"status":"\#(old)"}"#)
            #expect(try text(WorkerStateChanged(status: status), in: .v3) == #"{"status":"\#(new)"}"#)
        }
    }

    @Test("steps, of which 2022 knows nothing")
    func steps() throws {
        let command = Command(name: "c", parameters: [:], totalStepCount: 3)
        #expect(try text(command, in: .v2022) == #"{"name":"c","parameters":{}}"#)
        #expect(try text(command, in: .v3) == #"{"name":"c","parameters":{},"total_step_count":3}"#)
        let json = #"{"activity":"a","steps_completed":12,"log":"x"}"#
        let whole = TaskUpdate(activity: "a", stepsCompleted: 12, log: "x")
        #expect(try WireJSON.decode(TaskUpdate.self, from: Data(json.utf8), in: .v3) == whole)
        #expect(
            try WireJSON.decode(TaskUpdate.self, from: Data(json.utf8), in: .v2022)
                == TaskUpdate(activity: "a", log: "x"))
        #expect(String(decoding: TaskUpdateText(stepsCompleted: 4).data, as: UTF8.self) == #"{"steps_completed":4}"#)
    }

    @Test("a submitted job, which in Flamenco 3 has to say where its paths are from")
    func job() throws {
        let job = SubmittedJob(
            name: "n", type: "t", typeETag: "e", submitterPlatform: "linux", workerTag: "g", initialStatus: .paused)
        #expect(try text(job, in: .v2022) == #"{"name":"n","priority":50,"type":"t"}"#)
        #expect(try WireJSON.decode(SubmittedJob.self, from: WireJSON.encode(job, in: .v3), in: .v3) == job)
        #expect(throws: JSONError(path: "submitter_platform", problem: "missing")) {
            try WireJSON.decode(SubmittedJob.self, from: Data(#"{"name": "n", "type": "t"}"#.utf8), in: .v3)
        }
    }
}
