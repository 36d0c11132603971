import ExecutorKit
import FlamencoAPI
import TestSupport
import Testing

@testable import Executors

@Suite("The built-in executors", .timeLimit(.minutes(1)))
struct SmallExecutorTests {
    @Test("have all those of the protocol among them, with their task types")
    func all() throws {
        let types = Dictionary(uniqueKeysWithValues: BuiltinExecutors.all.map { ($0.commandName, $0.taskType) })
        let protocolTypes = [
            "blender-render": "blender", "frames-to-video": "ffmpeg", "create-video": "ffmpeg", "ffmpeg": "ffmpeg",
            "exec": "misc",
            "echo": "misc", "sleep": "misc", "make-directory": "file-management", "move-directory": "file-management",
            "copy-file": "file-management",
        ]
        #expect(types.filter { protocolTypes[$0.key] != nil } == protocolTypes)
        let registry = try ExecutorRegistry(BuiltinExecutors.all)
        #expect(Set(registry.taskTypes).isSuperset(of: protocolTypes.values))
    }

    @Test(
        "echo logs its message, numbers too",
        arguments: [("hello\nwörld", "hello\nwörld\n"), (42.0, "42\n"), ("", "\n")] as [(JSONValue, String)])
    func echo(message: JSONValue, log: String) async throws {
        let bench = try Bench()
        try await bench.run("echo", ["message": message])
        #expect(bench.recorder.log == log)
    }

    @Test("sleep wakes up when the time has come", arguments: [(2, "2"), (0.5, "0.5")] as [(JSONValue, String)])
    func sleep(duration: JSONValue, text: String) async throws {
        let clock = ManualClock()
        let bench = try Bench(clock: clock)
        let sleeping = Task { try await bench.run("sleep", ["duration_in_seconds": duration]) }
        await clock.waitForSleepers()
        #expect(clock.pendingSleeps == [.seconds(Double(text) ?? 0)])
        #expect(bench.recorder.activities == ["sleeping for \(text) s"])
        #expect(bench.recorder.log == "")
        clock.advance(by: .seconds(Double(text) ?? 0))
        try await sleeping.value
        #expect(bench.recorder.log == "slept for \(text) s\n")
    }

    @Test("sleep can be cancelled")
    func cancelledSleep() async throws {
        let clock = ManualClock()
        let bench = try Bench(clock: clock)
        let sleeping = Task { try await bench.run("sleep", ["duration_in_seconds": 1e9]) }
        await clock.waitForSleepers()
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        #expect(bench.recorder.log == "")
    }

    @Test(
        "a wrong command or parameter is answered with one sentence that names it",
        arguments: [
            (
                "blender-redner", [:],
                "unknown command \"blender-redner\", did you mean \"blender-render\"? available are "
                    + BuiltinExecutors.all.map(\.commandName).sorted().joined(separator: ", ")
            ),
            ("echo", [:], "parameter \"message\" is missing: expected a string"),
            ("echo", ["message": ["x"]], "parameter \"message\" should be a string, but is a list"),
            ("sleep", [:], "parameter \"duration_in_seconds\" is missing: expected a number"),
            (
                "sleep", ["duration_in_seconds": "5"],
                "parameter \"duration_in_seconds\" should be a number, but is \"5\""
            ),
            (
                "sleep", ["duration_in_seconds": -1],
                "parameter \"duration_in_seconds\" should be from 0 to 1000000000, but is -1.0"
            ),
            (
                "sleep", ["duration_in_seconds": 1e300],
                "parameter \"duration_in_seconds\" should be from 0 to 1000000000, but is 1e+300"
            ),
            ("exec", ["args": []], "parameter \"exe\" is missing: expected a string"),
            ("exec", ["exe": "ls", "args": "-l"], "parameter \"args\" should be a list of strings, but is \"-l\""),
            (
                "exec", ["exe": "ls", "args": ["-l", [:]]], "parameter \"args[1]\" should be a string, but is an object"
            ),
            ("exec", ["exe": ""], "parameter \"exe\" should be a program, but is \"\""),
            (
                "exec", ["exe": "ls 'x"],
                "parameter \"exe\" should be words as in a shell, but is \"ls 'x\", where the quotation mark ' at character 4 "
                    + "is not closed"
            ),
            ("ffmpeg", [:], "parameter \"args\" is missing: expected a list of strings"),
            ("blender-render", [:], "parameter \"exe\" is missing: expected a string"),
            (
                "blender-render", ["exe": "blender", "exeArgs": ["-b"]],
                "parameter \"exeArgs\" should be a string, but is a list"
            ),
            (
                "frames-to-video", ["exe": "ffmpeg", "inputGlob": "/x/*.png"],
                "parameter \"outputFile\" is missing: expected a string"
            ),
            ("copy-file", ["src": "/x"], "parameter \"dest\" is missing: expected a string"),
            ("move-directory", ["dest": "/x"], "parameter \"src\" is missing: expected a string"),
            ("make-directory", ["path": .null], "parameter \"path\" should be a string, but is null"),
        ] as [(String, [String: JSONValue], String)])
    func badInput(command: String, parameters: [String: JSONValue], sentence: String) async throws {
        let bench = try Bench()
        #expect(try await bench.failure(command, parameters) == sentence)
        #expect(bench.recorder.log == "")
        #expect(bench.recorder.activities == [])
    }
}
