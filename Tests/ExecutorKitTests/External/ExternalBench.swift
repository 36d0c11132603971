import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

/// A folder with executors, and what it takes to run their commands as the agent does.
struct ExternalBench {
    let folder: TemporaryFolder
    let recorder = CommandRecorder()
    var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))

    init() throws { folder = try TemporaryFolder() }

    /// Writes an executor that is a line of shell.
    func write(_ name: String, shell: String, manifest: String? = nil, executable: Bool = true) throws {
        let manifest = manifest ?? "{command: '\(name)', task_type: 'misc', program: 'run.sh'}"
        try folder.write("\(name)/executor.json5", manifest)
        try folder.write("\(name)/run.sh", "#!/bin/sh\n\(shell)\n", executable: executable)
    }

    func found(asRoot: Bool = false, builtIn: [String] = []) -> ExternalExecutors {
        ExternalExecutors(in: [.init(folder.url.path, mustExist: true)], builtIn: builtIn, asRoot: asRoot)
    }

    func context() -> CommandContext {
        let task = AssignedTask(
            uuid: "task-1", job: "job-1", name: "first", status: .active, priority: 50, jobPriority: 50,
            jobType: "testing", taskType: "misc", commands: [])
        return CommandContext(task: task, sink: recorder.sink, programs: programs, clock: ContinuousClock())
    }

    func run(_ name: String, _ parameters: [String: JSONValue] = [:]) async throws {
        let found = found()
        try #require(found.faults.isEmpty, "\(found.faults)")
        try await ExecutorRegistry(found.executors).run(Command(name: name, parameters: parameters), in: context())
    }

    /// The sentence that people see when the command fails.
    func failure(_ name: String, _ parameters: [String: JSONValue] = [:]) async throws -> String {
        let error = await #expect(throws: (any Error).self) { try await run(name, parameters) }
        return error.map { "\($0)" } ?? "no failure"
    }
}
