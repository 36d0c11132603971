import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("manager-lite job-types", .timeLimit(.minutes(1)))
struct JobTypesCommandTests {
    private static let script = """
        const JOB_TYPE = { label: "Frames", settings: [
            { key: "frames", type: "string", required: true }, { key: "chunk_size", type: "int32", default: 2 },
        ] };
        function compileJob(job) {
            print("frames:", typeof job.settings.frames);
            const end = author.Task("end", "file-management");
            for (const chunk of frameChunker(job.settings.frames, job.settings.chunk_size)) {
                const task = author.Task(`render-${chunk}`, "blender");
                task.addCommand(author.Command("exec", { exe: "render", args: [chunk] }));
                end.addDependency(task);
                job.addTask(task);
            }
            job.addTask(end);
        }
        """

    private static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram(
            BuiltProducts.path("manager-lite"), ["job-types"] + arguments, environment: environment, in: folder.url.path
        ).end()
    }

    @Test("check prints the tasks that a script makes, as a table")
    func table() async throws {
        let folder = try TemporaryFolder()
        try folder.write("my_frames.js", Self.script)
        let (exit, output) = try await Self.run(["check", "my_frames.js", "--set", "frames=7"], in: folder)
        #expect(exit == .status(0))
        #expect(
            output == """
                my_frames.js: frames: string
                task  name      type             priority  after  commands
                1     render-7  blender          50               exec args=["7"] exe="render"
                2     end       file-management  50        1

                """)
    }

    @Test("check prints them as JSON, with all that a test can ask for")
    func json() async throws {
        let folder = try TemporaryFolder()
        try folder.write("my_frames.js", Self.script)
        let (exit, output) = try await Self.run(
            ["check", "my_frames.js", "--json", "--set", "frames=1-3", "--set", "size=9", "--name", "n"], in: folder)
        #expect(exit == .status(0))
        let report = try WireJSON.decode(JSONValue.self, from: Data(output.utf8))
        #expect(report["job_type"]?["name"] == "my-frames")
        #expect(report["name"] == "n")
        #expect(report["settings"] == ["frames": "1-3", "chunk_size": 2, "size": 9])
        #expect(
            report["warnings"]
                == ["setting \"size\": job type my-frames has no such setting; did you mean \"chunk_size\"?"])
        #expect(report["messages"] == ["my_frames.js: frames: string"])
        guard case .array(let tasks)? = report["tasks"] else { throw CocoaError(.coderInvalidValue) }
        #expect(
            tasks.last == [
                "name": "end", "type": "file-management", "priority": 50, "commands": [], "dependencies": [0, 1],
            ])
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            (["check"], 64, "\"job-types check\" needs the file of a job type"),
            (["new"], 64, "\"job-types new\" needs the name of the job type"),
            (["new", "A b"], 64, "the name of a job type should be like \"count-words\", but is \"A b\""),
            (["new", "a", "--set", "b=c"], 64, "--set is only valid with \"job-types check\""),
            (["a", "b"], 64, "unexpected argument \"b\" of \"job-types\""),
            (["check", "nowhere.js"], 1, "nowhere.js: it cannot be read as UTF-8 text"),
            (["check", "broken.js"], 1, "broken.js:1: SyntaxError: "),
            (["check", "empty.js"], 1, "empty.js created no tasks: managers reject such jobs"),
            (["check", "empty.js", "--priority", "x"], 64, "--priority should be a whole number, but is \"x\""),
        ])
    func complaints(arguments: [String], status: Int32, sentence: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("broken.js", "(")
        try folder.write("empty.js", "const JOB_TYPE = { label: 'E', settings: [] };\nfunction compileJob(job) {}")
        let (exit, output) = try await Self.run(arguments, in: folder)
        #expect(exit == .status(status))
        #expect(output.contains("manager-lite: " + sentence), "\(output)")
    }

    @Test("new writes a job type with a test that passes")
    func new() async throws {
        let folder = try TemporaryFolder()
        let (exit, output) = try await Self.run(["new", "greet-people"], in: folder)
        #expect(exit == .status(0), "\(output)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("greet-people")).sorted() == [
                "greet-people.js", "test.mjs",
            ])
        let test = try await RunningProgram(
            "/usr/bin/env", ["node", "greet-people/test.mjs"],
            environment: ["MANAGER_LITE": BuiltProducts.path("manager-lite")], in: folder.url.path
        ).end()
        #expect(test.exit == .status(0), "\(test.output)")
        #expect(test.output.contains("pass 2"))
        let again = try await Self.run(["new", "greet-people"], in: folder)
        #expect(again.exit == .status(1))
        #expect(again.output.contains("greet-people already exists; nothing was written"))
    }

    @Test("a folder of job types without Node.js, or that is none, is refused by serve")
    func noNode() async throws {
        let folder = try TemporaryFolder()
        for (path, words) in [
            (folder.url.path, "but \"node\" is not in the PATH: install it (on Debian, the package nodejs)"),
            (folder.path("nowhere"), "cannot read the folder of job types"),
        ] {
            let environment = path == folder.url.path ? ["PATH": path] : [:]
            let serve = try RunningProgram(
                BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0", "--job-types", path],
                environment: environment)
            let (exit, output) = await serve.end()
            #expect(exit == .status(1))
            #expect(output.contains(words), "\(output)")
        }
    }
}
