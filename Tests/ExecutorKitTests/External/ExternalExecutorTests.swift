import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("An executor in any language", .timeLimit(.minutes(1)))
struct ExternalExecutorTests {
    let bench: ExternalBench

    init() throws { bench = try ExternalBench() }

    @Test("gets its command as one JSON document, with parameters as the manifest declares them")
    func document() async throws {
        try bench.write(
            "show", shell: "cat; echo; echo arguments: \"$1\"; echo variable: $PLACE; pwd",
            manifest: """
                {
                    command: 'show', task_type: 'misc', program: 'run.sh', arguments: ['in {folder}'],
                    environment: {PLACE: '{folder}/x'},
                    parameters: {count: 'integer', speed: 'number', label: 'string', file: {type: 'path'}, rest: 'any'},
                }
                """)
        try await bench.run(
            "show",
            ["count": 3.0, "speed": 2, "label": 7, "file": "/a/b/", "rest": [nil, "é"], "besides": ["x": true]])
        let expected = """
            {"job":{"id":"job-1","type":"testing"},"name":"show","parameters":{"besides":{"x":true},"count":3,\
            "file":"/a/b","label":"7","rest":[null,"é"],"speed":2},"task":{"id":"task-1","name":"first","type":"misc"}}
            """
        #expect(bench.recorder.log.contains("\n\(expected)\n"), "\(bench.recorder.log)")
        #expect(bench.recorder.log.contains("\narguments: in \(bench.folder.path("show"))\n"))
        #expect(bench.recorder.log.contains("\nvariable: \(bench.folder.path("show/x"))\n"))
    }

    @Test("says by its output how far it is, what it made, and why it failed; what is malformed is log")
    func messages() async throws {
        try bench.write(
            "talk",
            shell: """
                echo openjd_status: Baking; echo openjd_progress: 42.5; echo flamenco_step: 2
                echo flamenco_output: /renders/1.png; echo flamenco_output: relative.png; echo openjd_progress: half
                echo flamenco_step: -1; echo openjd_fail: no camera >&2; exit 3
                """)
        #expect(try await bench.failure("talk") == "run.sh failed: no camera (exit status 3)")
        #expect(bench.recorder.activities == ["Baking", "42 %, Baking"])
        #expect(bench.recorder.steps == 2)
        #expect(bench.recorder.outputs == ["/renders/1.png"])
        for line in ["flamenco_output: relative.png", "openjd_progress: half", "flamenco_step: -1"] {
            #expect(bench.recorder.log.contains("\n\(line)\n"))
        }
    }

    @Test(
        "refuses parameters that are not as declared, before its program runs",
        arguments: [
            ([:], "parameter \"file\" is missing: expected an absolute path"),
            (["file": "x"], "parameter \"file\" should be an absolute path, but is \"x\""),
            (["file": "/x", "count": 1.5], "parameter \"count\" should be a whole number, but is 1.5"),
            (["file": "/x", "speed": "fast"], "parameter \"speed\" should be a number, but is \"fast\""),
            (["file": "/x", "flag": 1], "parameter \"flag\" should be true or false, but is 1"),
            (["file": "/x", "words": ["a", [:]]], "parameter \"words[1]\" should be a string, but is an object"),
            (["file": "/x", "files": ["/a", "b"]], "parameter \"files[1]\" should be an absolute path, but is \"b\""),
            (["file": "/x", "list": "a"], "parameter \"list\" should be a list, but is \"a\""),
            (["file": "/x", "object": []], "parameter \"object\" should be an object, but is a list"),
        ] as [([String: JSONValue], String)])
    func parameters(parameters: [String: JSONValue], sentence: String) async throws {
        try bench.write(
            "strict", shell: "echo it ran",
            manifest: """
                {
                    command: 'strict', task_type: 'misc', program: 'run.sh',
                    parameters: {
                        file: {type: 'path', required: true}, count: 'integer', speed: 'number', flag: 'boolean',
                        words: 'strings', files: 'paths', list: 'list', object: 'object',
                    },
                }
                """)
        #expect(try await bench.failure("strict", parameters) == sentence)
        #expect(!bench.recorder.log.contains("it ran"))
    }

    @Test("need not read its command, however long that is", arguments: ["exit 0", "exec <&-; echo still here", ":"])
    func unread(shell: String) async throws {
        try bench.write("deaf", shell: shell)
        try await bench.run("deaf", ["text": .string(String(repeating: "x", count: 4 << 20))])
        #expect(bench.recorder.log.contains("\nstill here\n") == shell.contains("echo"))
    }

    @Test("reads a long command whole, and its end")
    func long() async throws {
        try bench.write("count", shell: "wc -c")
        try await bench.run("count", ["text": .string(String(repeating: "x", count: 4 << 20))])
        let count = try #require(bench.recorder.log.split(separator: "\n").compactMap { Int($0) }.first)
        #expect(count > 4 << 20 && count < (4 << 20) + 300)
    }

    @Test("fails with a sentence when the command is longer than can be handed over")
    func tooLong() async throws {
        try bench.write("count", shell: "wc -c")
        let sentence = try await bench.failure("count", ["text": .string(String(repeating: "x", count: 9 << 20))])
        #expect(sentence.hasSuffix("its standard input is longer than 8 MiB"), "\(sentence)")
    }

    @Test("may flood its output with messages: all of it is log, what people see stays short")
    func flood() async throws {
        try bench.write("flood", shell: "yes 'openjd_progress: 50' | head -n 200000; echo flamenco_step: 999999999999")
        try await bench.run("flood")
        #expect(bench.recorder.log.split(separator: "\n").count { $0 == "openjd_progress: 50" } == 200_000)
        #expect(bench.recorder.activities == ["50 %"])
        #expect(bench.recorder.steps == 0)
    }

    @Test("that ignores SIGTERM is killed after the grace period of its manifest, with all its processes")
    func stubborn() async throws {
        try bench.write(
            "stubborn", shell: "trap '' TERM; echo pid $$; while :; do sleep 1000; done",
            manifest: "{command: 'stubborn', task_type: 'misc', program: 'run.sh', grace_period: '100ms'}")
        let running = Task { try await bench.run("stubborn") }
        await bench.recorder.waitForLog("pid ")
        await bench.recorder.waitForLog("\n")
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        let line = try #require(bench.recorder.log.split(separator: "\n").first { $0.hasPrefix("pid ") })
        let pid = try #require(Int32(line.dropFirst(4)))
        #expect(kill(pid, 0) == -1)
    }

    @Test("is stopped when it takes longer than its manifest allows, or is silent for longer")
    func limits() async throws {
        for limit in ["time_limit", "silence_limit"] {
            try bench.write(
                limit, shell: "sleep 1000",
                manifest: "{command: '\(limit)', task_type: 'misc', program: 'run.sh', \(limit): '50ms'}")
            #expect(try await bench.failure(limit).contains("stopped after"))
        }
    }
}
