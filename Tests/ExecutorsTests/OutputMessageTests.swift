import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("What a program says to the agent in its output", .timeLimit(.minutes(1)))
struct OutputMessageTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func run(_ script: String) async throws {
        try await bench.run("exec", ["exe": "sh", "args": ["-c", .string(script)]])
    }

    @Test(
        "a message is its name, a colon and a value",
        arguments: [
            ("openjd_progress: 42.5", .progress(42.5)), ("openjd_progress:100", .progress(100)),
            ("openjd_status: Baking: lights ", .status("Baking: lights")),
            ("openjd_fail: no camera", .failure("no camera")),
            ("flamenco_output: /renders/a b.png", .output("/renders/a b.png")), ("flamenco_step: 3", .step(3)),
        ] as [(String, OutputMessage)])
    func messages(line: String, message: OutputMessage) { #expect(withLine(line, OutputMessage.init) == message) }

    @Test(
        "anything else is text",
        arguments: [
            "openjd_progress: 101", "openjd_progress: -1", "openjd_progress: nan", "openjd_progress: half",
            "openjd_progress", "openjd_status:", "openjd_status:   ", "openjd_fail", "openjd_nonsense: 1",
            " openjd_status: indented", "flamenco_output: relative.png", "flamenco_step: -1", "flamenco_step: 1.5",
            "flamenco_step: 99999999999", "flamenco_: x", "", "x openjd_status: y",
        ])
    func text(line: String) { #expect(withLine(line, OutputMessage.init) == nil) }

    @Test("exec shows progress and status together, counts steps once, and knows what was made")
    func exec() async throws {
        try await run(
            """
            echo openjd_status: Baking; echo openjd_progress: 12.7; echo openjd_progress: 12.9; echo openjd_progress: 999
            echo flamenco_step: 2; echo flamenco_step: 1; echo flamenco_step: 3; echo flamenco_output: /renders/1.png
            printf 'openjd_progress: 100'
            """)
        #expect(bench.recorder.activities == ["Baking", "12 %, Baking", "100 %, Baking"])
        #expect(bench.recorder.steps == 3)
        #expect(bench.recorder.outputs == ["/renders/1.png"])
        #expect(bench.recorder.log.contains("\nopenjd_progress: 999\n"), "all of it is log text too")
    }

    @Test("a failure has the reason that the program gave last, and the status; a program that succeeds has not failed")
    func failure() async throws {
        let script = "echo openjd_fail: first; echo openjd_fail: The scene has no camera >&2; exit 3"
        #expect(
            try await bench.failure("exec", ["exe": "sh", "args": ["-c", .string(script)]])
                == "sh failed: The scene has no camera (exit status 3)")
        try await run("echo openjd_fail: never mind")
    }

    @Test("a flood of messages is all heard, and changes nothing else")
    func flood() async throws {
        try await run(
            "i=0; while [ $i -lt 20000 ]; do echo openjd_status: $i; i=$((i+1)); done; yes openjd_progress: 7 | head -n 100000"
        )
        #expect(bench.recorder.activities.count == 20_001)
        #expect(bench.recorder.activities.last == "7 %, 19999")
    }
}
