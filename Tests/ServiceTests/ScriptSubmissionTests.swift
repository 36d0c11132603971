import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import JobTypes
import Service
import TestSupport
import Testing

@Suite("A manager with job types in JavaScript", .timeLimit(.minutes(1)))
struct ScriptSubmissionTests {
    private let folder: TemporaryFolder
    private let jobTypes: JobTypeFolder
    private let manager: Manager

    init() throws {
        folder = try TemporaryFolder()
        var limits = Node.Limits()
        limits.time = .seconds(2)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        jobTypes = try JobTypeFolder(
            path: folder.url.path, node: Node(environment: ["PATH": path], limits: limits)
        ) { _ in }
        manager = Manager(
            service: Service(farm: Farm(), jobTypes: jobTypes, generator: SeededGenerator(seed: 1)))
    }

    private func write(_ file: String, _ body: String, label: String = "L") throws {
        try folder.write(
            file, "const JOB_TYPE = { label: '\(label)', settings: [] };\nfunction compileJob(job) {\n\(body)\n}\n")
    }

    private static let oneTask = "job.addTask(author.Task('t', 'misc'));"

    private func submit(
        _ type: String, to path: String = "/api/v3/jobs", etag: String = "", platform: String = "linux",
        settings: String = "{}"
    ) async -> (status: Int, body: JSONValue?) {
        await manager.ask(
            "POST", path,
            #"{"name": "n", "type": "\#(type)", "type_etag": "\#(etag)", "submitter_platform": "\#(platform)", "#
                + #""settings": \#(settings)}"#)
    }

    @Test("lists them among its own, in whose place they may be")
    func list() async throws {
        try write("zebra.js", Self.oneTask, label: "Zebra")
        try write("echo_sleep_test.js", Self.oneTask, label: "Mine")
        let list = await manager.ask("GET", "/api/v3/jobs/types").body?["job_types"]
        guard case .array(let types)? = list else { throw CocoaError(.coderInvalidValue) }
        #expect(
            types.compactMap { $0["name"]?.stringValue }
                == ["command-line", "commands", "echo-sleep-test", "simple-blender-render", "zebra"])
        #expect(types[2]["label"] == "Mine")
        #expect(await manager.ask("GET", "/api/v3/jobs/type/zebra").body == types[4])
        #expect(await manager.ask("GET", "/api/jobs/type/zebra").body?["label"] == "Zebra")
        let missing = await manager.ask("GET", "/api/v3/jobs/type/zebro")
        #expect(missing.status == 404)
        #expect(missing.body?["message"] == #"there is no job type "zebro"; did you mean "zebra"?"#)
        #expect(await submit("zebro").body?["message"] == #"there is no job type "zebro"; did you mean "zebra"?"#)
    }

    @Test("takes a job, with the settings that the script left, and says what is odd about it")
    func submission() async throws {
        try write("a.js", "job.settings.made = path.stem(job.settings.made); " + Self.oneTask)
        let job = await submit("a", settings: #"{"made": "/x/shot.blend"}"#)
        #expect(job.status == 200)
        #expect(job.body?["settings"] == ["made": "shot"])
        let activity = job.body?["activity"]?.stringValue
        #expect(activity?.hasPrefix("job n was submitted: a, 1 task, priority 50; warning: setting \"made\": ") == true)
        #expect(await submit("a", to: "/api/v3/jobs/check").status == 204)
    }

    @Test("answers 400 with file, line and message to what goes wrong in a script")
    func problems() async throws {
        try write("a.js", "throw new TypeError('no camera');")
        try folder.write("b.js", "(")
        let failed = await submit("a")
        #expect(failed.status == 400)
        #expect(failed.body?["message"] == "job type \"a\": a.js:3: TypeError: no camera")
        #expect(await submit("a", to: "/api/v3/jobs/check").status == 400)
        for (status, body) in [await submit("b"), await manager.ask("GET", "/api/v3/jobs/type/b")] {
            #expect(status == 400)
            let message = body?["message"]?.stringValue
            #expect(message?.hasPrefix("job type \"b\" cannot be used: b.js:1: SyntaxError: ") == true)
        }
        try write("a.js", "")
        #expect(await submit("a").body?["message"] == "the job has 0 tasks; the limit is 200000, and at least 1")
        #expect(await manager.ask("GET", "/api/v3/jobs").body?["jobs"] == [])
    }

    @Test("answers 412 to a job that was made for the script before")
    func etag() async throws {
        try write("a.js", Self.oneTask)
        let etag = await manager.ask("GET", "/api/v3/jobs/type/a").body?["etag"]?.stringValue ?? ""
        #expect(await submit("a", etag: etag).status == 200)
        try write("a.js", "throw 'another one';")
        let refused = await submit("a", etag: etag)
        #expect(refused.status == 412)
        #expect(refused.body?["message"]?.stringValue?.contains("found \"\(etag)\"") == true)
    }

    @Test("answers everybody, and takes jobs of other types, while a script does not end")
    func endless() async throws {
        try write("slow.js", "for (;;) {}")
        try write("quick.js", Self.oneTask)
        _ = await manager.ask("GET", "/api/v3/jobs/types")
        let slow = Task { await submit("slow") }
        let quick = await submit("quick")
        #expect(quick.status == 200)
        #expect(await submit("echo-sleep-test", settings: #"{"message": "m"}"#).status == 200)
        #expect(await manager.ask("GET", "/api/v3/jobs").status == 200)
        let refused = await slow.value
        #expect(refused.status == 400)
        #expect(refused.body?["message"] == "job type \"slow\": slow.js: the script did not finish within 2 s")
    }

    @Test("keeps in its state file what a script made, whatever became of the script since", arguments: [true, false])
    func state(hasFolder: Bool) async throws {
        let state = try TemporaryFolder()
        let file = StateFile(path: state.path("farm"))
        let service = Service(farm: Farm(), jobTypes: jobTypes, generator: SeededGenerator(seed: 1))
        try await file.begin(with: service, rules: FarmRules(), variables: .standard)
        try write("a.js", "job.settings.made = 'first'; " + Self.oneTask)
        let job = await Manager(service: service).ask(
            "POST", "/api/v3/jobs", #"{"name": "n", "type": "a", "submitter_platform": "linux"}"#)
        #expect(job.status == 200)
        try write("a.js", "throw 'not any more';")
        // The process ends here without a word.
        let again = StateFile(path: state.path("farm"))
        let next = Service(farm: try #require(try again.load()), jobTypes: hasFolder ? jobTypes : nil)
        try await again.begin(with: next, rules: FarmRules(), variables: .standard)
        #expect(next.farm == service.farm)
        let id = try #require(job.body?["id"]?.stringValue)
        #expect(await Manager(service: next).ask("GET", "/api/v3/jobs/\(id)").body?["settings"] == ["made": "first"])
    }
}
