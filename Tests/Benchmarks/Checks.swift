import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import TestSupport

/// What rules about lines take from the throughput of the benchmark's lines: ten of the operator, and the built-in ones.
func lineRules(_ runner: ProgramRunner) async throws {
    let folder = try TemporaryFolder()
    let line = PrintingProgram.Kind.lines.pattern.trimmingCharacters(in: .newlines)
    let script = "#!/bin/sh\nyes '\(line)' | head -c 1G\n"
    let exe = try folder.write("blender", script, executable: true)
    var ruled = runner
    ruled.logRules = try LogRules(tenRules)
    let blender = try ExecutorRegistry(BuiltinExecutors.all)
    let command = Command(
        name: "blender-render", parameters: ["exe": .string(exe), "args": ["--python-expr", "pass"]])
    var best: [Double] = [0, 0, 0]
    // In turn, so that what else the machine does meanwhile hits all of them.
    for _ in 0..<3 {
        let clock = ContinuousClock()
        let times = [
            try await clock.measure { _ = try await context(runner).run(Program(exe)) { _ in } },
            try await clock.measure { _ = try await context(ruled).run(Program(exe)) { _ in } },
            try await clock.measure { try await blender.run(command, in: context(ruled)) },
        ]
        for (index, time) in times.enumerated() { best[index] = max(best[index], 1024 / (time / .seconds(1))) }
    }
    for (name, speed) in zip(["no rules", "ten rules", "ten rules and those of blender-render"], best) {
        printRow("1 GiB of lines, \(name)", "\(Int(speed)) MiB/s, \(Int((speed / best[0] * 100).rounded())) %")
    }
}

/// What a look at a saved frame takes.
func pictures(_ runner: ProgramRunner) async throws {
    let folder = try TemporaryFolder()
    for (name, picture) in [
        ("PNG", SmallPictures.png()), ("JPEG", SmallPictures.jpeg()), ("OpenEXR", SmallPictures.exr()),
    ] {
        let path = try folder.write("a.\(name)", bytes: picture)
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<1000 {
            times.append(try await clock.measure { _ = try await context(runner).files.pictures(at: [path]) })
        }
        printRow("a look at a frame, \(name)", times)
    }
}

private let tenRules: [JSONValue] = [
    "license (expired|not found)", "(?i)no such device", "Error: disk full", "fatal: .*texture", "cannot allocate",
    "plugin \\w+ failed", "lost connection to", "WARNING: shader", "segment violation", "missing cache for",
].map { ["match": .string($0), "then": "fail"] }

private func context(_ runner: ProgramRunner) -> CommandContext {
    CommandContext(
        task: AssignedTask(
            uuid: "f0c1e0a6-0b9e-4d0c-9f3f-6a2d4a1f9f10", job: "", name: "", status: .active, priority: 50,
            jobPriority: 50, jobType: "", taskType: "", commands: []),
        sink: .discarding, programs: runner, clock: ContinuousClock())
}
