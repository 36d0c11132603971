import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import TestSupport

/// What rules about lines take from the throughput of the benchmark's lines, and of lines that an add-on may print: ten of the
/// operator, and the built-in ones.
func lineRules(_ runner: ProgramRunner) async throws {
    let progress = PrintingProgram.Kind.lines.pattern.trimmingCharacters(in: .newlines)
    let addOn = "Info: scatter: 1482 of 20000 instances placed on \"ground\", seed 7".padded(to: 119)
    for (name, line) in [("progress", progress), ("an add-on's words", addOn)] {
        try await lineRules(runner, on: name, line)
    }
}

private func lineRules(_ runner: ProgramRunner, on name: String, _ line: String) async throws {
    let folder = try TemporaryFolder()
    let exe = try folder.write("blender", "#!/bin/sh\nyes '\(line)' | head -c 1G\n", executable: true)
    var ruled = runner
    ruled.logRules = try LogRules(tenRules)
    let builtin = try ExecutorRegistry(BuiltinExecutors.all)
    let bare = try ExecutorRegistry([BuiltinExecutors.blenderRenderWithoutRules])
    let command = Command(
        name: "blender-render", parameters: ["exe": .string(exe), "args": ["--python-expr", "pass"]])
    let variants: [(name: String, run: () async throws -> Void)] = [
        ("any program", { _ = try await context(runner).run(Program(exe)) { _ in } }),
        ("blender-render, no rules at all", { try await bare.run(command, in: context(runner)) }),
        ("blender-render, its own rules and ten", { try await builtin.run(command, in: context(ruled)) }),
    ]
    var best = variants.map { _ in (wall: Double.infinity, processor: Double.infinity) }
    // In turn, so that what else the machine does meanwhile hits all of them.
    for _ in 0..<5 {
        for (index, variant) in variants.enumerated() {
            let start = processorSeconds()
            let wall = try await ContinuousClock().measure(variant.run) / .seconds(1)
            best[index].wall = min(best[index].wall, wall)
            best[index].processor = min(best[index].processor, processorSeconds() - start)
        }
    }
    for (variant, times) in zip(variants, best) {
        let share = Int((times.processor / best[1].processor * 100).rounded())
        printRow(
            "1 GiB of \(name), \(variant.name)",
            String(format: "%4.0f MiB/s, %.2f s of a processor, %d %%", 1024 / times.wall, times.processor, share))
    }
}

/// What this process has had of processors so far.
private func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
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
