import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("flamenco-agent executors", .timeLimit(.minutes(1)))
struct ExecutorsCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func executors(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["executors"] + arguments, in: folder.url.path)
        return await program.end()
    }

    private func writeExecutors() throws {
        try folder.write(
            "good/executor.json5",
            "{command: 'good', task_type: 'special', program: 'run', parameters: {file: {type: 'path', required: true}, n: 'integer'}}"
        )
        try folder.write("good/run", "#!/bin/sh\n", executable: true)
        try folder.write("bad/executor.json5", "{command: 'bad', task_type: 'misc', program: 'gone'}")
    }

    @Test("lists every executor with task type, where from and parameters, and says what is left out and why")
    func list() async throws {
        try writeExecutors()
        let (exit, output) = try await executors(
            "--executors-dirs", folder.url.path, "--disabled-executors", "exec")
        #expect(exit == .status(0))
        let lines = output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(lines.contains(["echo", "misc", "built", "in", "message"]))
        #expect(lines.contains(["good", "special", Substring(folder.path("good")), "file", "[n]"]))
        #expect(output.contains("not used: disabled in \"disabled_executors\""))
        let bad = folder.path("bad")
        #expect(output.contains("left out: \(bad)/executor.json5: its program \(bad)/gone does not exist\n"))
    }

    @Test("an executor that was left out says why where somebody looks for it")
    func leftOut() async throws {
        try writeExecutors()
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["try", "bad", "--executors-dirs", folder.url.path])
        let (exit, output) = await program.end()
        let reason = "\(folder.path("bad"))/executor.json5: its program \(folder.path("bad"))/gone does not exist"
        #expect(exit == .status(1))
        #expect(output == "left out: \(reason)\nflamenco-agent: the executor for \"bad\" was left out: \(reason)\n")
        let names = try await executors("list", "--names", "--executors-dirs", folder.url.path).output
        #expect(names.contains("\ngood\n") && !names.contains("bad"), "\(names)")
    }

    @Test("lists the same as JSON for machines")
    func json() async throws {
        try writeExecutors()
        let (exit, output) = try await executors("--json", "--executors-dirs", folder.url.path)
        #expect(exit == .status(0))
        let value = try WireJSON.decode(JSONValue.self, from: Data(output.utf8))
        guard case .array(let all) = value["executors"] else { throw CocoaError(.coderInvalidValue) }
        let good = try #require(all.first { $0["command"] == "good" })
        #expect(good["task_type"] == "special")
        #expect(good["folder"] == .string(folder.path("good")))
        #expect(
            good["parameters"] == [
                ["name": "file", "type": "an absolute path", "required": true],
                ["name": "n", "type": "a whole number", "required": false],
            ])
        #expect(all.contains { $0["command"] == "blender-render" && $0["folder"] == nil })
        guard case .array(let problems) = value["problems"] else { throw CocoaError(.coderInvalidValue) }
        #expect(problems.map { $0["path"] } == [.string(folder.path("bad/executor.json5"))])
    }

    @Test("the agent says at its start what it leaves out, and takes the others")
    func start() async throws {
        try writeExecutors()
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state"), "--executors-dirs",
                folder.url.path, "--task-types", "special",
            ])
        let line = await agent.line(with: "warning: ")
        #expect(line?.hasSuffix("bad/executor.json5: its program \(folder.path("bad"))/gone does not exist") == true)
        #expect(await agent.line(with: "works for http://127.0.0.1:1") != nil)
        agent.send(SIGTERM)
        #expect(await agent.exit() == .status(0), "\(agent.output)")
    }

    @Test(
        "\"new\" writes an executor with a test that passes", arguments: [("python", "test.py"), ("shell", "test.sh")])
    func scripts(language: String, test: String) async throws {
        let (exit, output) = try await executors("new", "greet-people", "--language", language)
        #expect(exit == .status(0), "\(output)")
        let program = try RunningProgram(
            folder.path("greet-people/\(test)"), [], environment: ["AGENT": BuiltProducts.path("flamenco-agent")])
        let (ending, words) = await program.end()
        #expect(ending == .status(0), "\(words)")
        #expect(words.contains("OK\n"), "\(words)")
    }

    @Test(
        "says what is wrong",
        arguments: [
            (["new"], 64, "\"executors new\" needs one name"),
            (["new", "Count Words"], 64, "should be one such as \"count-words\", but is \"Count Words\""),
            (["new", "../x"], 64, "should be one such as \"count-words\", but is \"../x\""),
            (
                ["new", "x", "--language", "cobol"], 64,
                "--language should be one of python, shell, swift, but is \"cobol\""
            ),
            (["new", "x", "--sources", "/x"], 64, "\"--sources\" belongs to \"--language swift\""),
            (["new", "x", "--language", "swift", "--sources", "/x"], 64, "there is no Package.swift in /x"),
            (["--sources", "/x"], 64, "\"--sources\" belongs to \"executors new NAME\""),
            (["newer"], 64, "\"executors\" takes \"list\" or \"new NAME\", but got \"newer\""),
            (["new", "taken"], 1, "taken already exists; nothing was written"),
            (["--executors-dirs", "relative"], 78, "--executors-dirs should be a list of absolute paths"),
        ])
    func wrong(arguments: [String], status: Int32, sentence: String) async throws {
        try folder.write("taken/file", "")
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["executors"] + arguments, in: folder.url.path)
        let (exit, output) = await program.end()
        #expect(exit == .status(status))
        #expect(output.contains(sentence), "\(output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("taken")) == ["file"])
    }
}
