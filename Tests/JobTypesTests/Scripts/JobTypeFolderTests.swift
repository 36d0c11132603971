import FlamencoAPI
import Foundation
import JobTypes
import Synchronization
import TestSupport
import Testing

@Suite("A folder of job types", .timeLimit(.minutes(1)))
struct JobTypeFolderTests {
    private final class Said: Sendable {
        let lines = Mutex<[String]>([])
    }

    private static func folder(of bench: ScriptBench, _ said: Said = Said()) throws -> JobTypeFolder {
        try JobTypeFolder(path: bench.folder.url.path, node: bench.node) { line in
            said.lines.withLock { $0.append(line) }
        }
    }

    private static func text(_ label: String) -> String {
        "const JOB_TYPE = { label: '\(label)', settings: [] };\nfunction compileJob(job) {}\n"
    }

    @Test("has a job type for each script, by its name with dashes; what cannot be used is told once")
    func all() async throws {
        let bench = try ScriptBench()
        for (file, text) in [
            ("b_2.js", Self.text("B")), ("a.js", Self.text("A")), ("broken.js", "("), (".hidden.js", "("),
            ("a.txt", "("),
        ] { try bench.folder.write(file, text) }
        try FileManager.default.createDirectory(
            atPath: bench.folder.path("folder.js"), withIntermediateDirectories: false)
        let said = Said()
        let folder = try Self.folder(of: bench, said)
        for _ in 0..<2 {
            let all = await folder.all()
            #expect(all.compactMap { try? $0.get().name } == ["a", "b-2"])
            #expect(all.count == 3)
        }
        let complaints = said.lines.withLock { $0 }
        #expect(complaints.count == 1)
        #expect(complaints.first?.hasPrefix("job type broken cannot be used: broken.js:1: SyntaxError: ") == true)
        #expect(try await folder.jobType(named: "b-2")?.definition.label == "B")
        #expect(try await folder.jobType(named: "c") == nil)
        await #expect(throws: JobTypeScriptError.self) { try await folder.jobType(named: "broken") }
    }

    @Test("is read again where a script changed, and the etag is another one then")
    func changes() async throws {
        let bench = try ScriptBench()
        try bench.folder.write("a.js", Self.text("One"))
        let folder = try Self.folder(of: bench)
        let first = try #require(try await folder.jobType(named: "a")).definition
        #expect(try await folder.jobType(named: "a")?.definition == first)
        // Only the function: what submitters see is the same, and the tasks are not.
        try bench.folder.write("a.js", Self.text("One") + "// and more\n")
        let second = try #require(try await folder.jobType(named: "a")).definition
        #expect(second.label == "One")
        #expect(second.etag != first.etag)
        try bench.folder.write("a.js", "(")
        await #expect(throws: JobTypeScriptError.self) { try await folder.jobType(named: "a") }
        try bench.folder.write("a.js", Self.text("One"))
        #expect(try await folder.jobType(named: "a")?.definition == first)
        try FileManager.default.removeItem(atPath: bench.folder.path("a.js"))
        #expect(try await folder.jobType(named: "a") == nil)
        #expect(await folder.all().isEmpty)
    }

    @Test("has to be one")
    func noFolder() throws {
        let bench = try ScriptBench()
        #expect(throws: JobTypeFolderError.self) {
            try JobTypeFolder(path: bench.folder.path("nowhere"), node: bench.node) { _ in }
        }
    }

    @Test("leaves nothing running when it is stopped")
    func stop() async throws {
        let bench = try ScriptBench()
        try bench.folder.write("a.js", Self.text("A").replacing("{}", with: "{ for (;;) {} }"))
        let folder = try Self.folder(of: bench)
        let script = try #require(try await folder.jobType(named: "a"))
        let job = SubmittedJob(name: "n", type: "a")
        async let authored = folder.author(job, by: script, submittedAt: .now)
        folder.stop()
        do {
            _ = try await authored
            Issue.record("it ended by itself")
        } catch {
            #expect("\(error)".contains("node was killed by signal 9"), "\(error)")
        }
    }
}
