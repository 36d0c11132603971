import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

/// What a program printed once; see the README beside the files.
enum Fixture {
    /// The lines of a file, split as the agent splits output: at `\n` and `\r`.
    static func lines(of name: String) throws -> [String] {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        return text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }.map {
            String($0)
        }
    }
}

/// Calls `body` with `text` as a line that a program printed.
func withLine<Result>(_ text: String, _ body: (OutputLine) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(OutputLine(bytes: $0)) }
}

/// Runs commands with the built-in executors, and those in `Examples`, as the agent does, and keeps what they say.
struct Bench {
    let recorder = CommandRecorder()
    let folder: TemporaryFolder
    let programs: ProgramRunner
    private let context: CommandContext
    private let blender: BlenderSettings

    init(
        clock: any Clock<Duration> = ContinuousClock(), policy: NodePolicy = NodePolicy(),
        user: ProgramUser? = nil, logRules: [JSONValue] = [], leftoverTime: Duration? = nil,
        blender: BlenderSettings = BlenderSettings(), keepsOpen: KeepOpen? = nil
    ) throws {
        self.blender = blender
        folder = try TemporaryFolder()
        let task = AssignedTask(
            uuid: "f0c1e0a6-0b9e-4d0c-9f3f-6a2d4a1f9f10", job: "", name: "bench", status: .active, priority: 50,
            jobPriority: 50, jobType: "", taskType: "", commands: [])
        var runner = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        runner.policy = policy
        runner.defaults.user = user
        if user != nil { runner.defaults.workingDirectory = "/" }
        runner.logRules = try LogRules(logRules)
        if let leftoverTime { runner.defaults.leftoverTime = leftoverTime }
        runner.defaults.keepsOpen = keepsOpen
        programs = runner
        context = CommandContext(task: task, sink: recorder.sink, programs: runner, clock: clock)
    }

    func run(_ name: String, _ parameters: [String: JSONValue]) async throws {
        let examples: [any CommandExecutor] = [CountWordsExecutor()]
        let registry = try ExecutorRegistry(
            BuiltinExecutors.all(blender: blender) + examples.filter { $0.commandName == name })
        try await registry.run(Command(name: name, parameters: parameters), in: context)
    }

    /// The sentence that people see when the command fails.
    func failure(_ name: String, _ parameters: [String: JSONValue]) async throws -> String {
        let error = await #expect(throws: (any Error).self) { try await run(name, parameters) }
        return error.map { "\($0)" } ?? "no failure"
    }

    /// What is in the folder, at any depth.
    var files: [String] {
        get throws { try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted() }
    }
}
