import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import TestSupport

/// 24 tasks of one frame of the demo's scene, from the first one's start to the last one's end: with a Blender for each, with one
/// that stays open, and as one task, which is the limit.
func openBlender(_ runner: ProgramRunner) async throws -> [SummaryRow] {
    let folder = try TemporaryFolder()
    let scene = folder.path("demo.blend")
    let registry = try ExecutorRegistry(BuiltinExecutors.all)
    let words = [
        "--background", "--factory-startup", "--python", Checkout.path("manager-lite/demo-scene.py"), "--", scene,
    ]
    _ = try await runner.run(Program("blender", words), sink: .discarding)

    func measure(_ tasks: [String], keepsOpen: Bool) async throws -> Duration {
        var runner = runner
        runner.defaults.keepsOpen = keepsOpen ? KeepOpen(for: .seconds(600), memory: .max) : nil
        let start = ContinuousClock.now
        for (number, frames) in tasks.enumerated() {
            let command = Command(
                name: "blender-render",
                parameters: [
                    "exe": "blender", "exeArgs": "-b -y --factory-startup -noaudio", "blendfile": .string(scene),
                    "args": [
                        "--render-output", .string(folder.path("frames/######")), "--render-format", "PNG",
                        "--render-frame", .string(frames),
                    ],
                ])
            let task = AssignedTask(
                uuid: "task-\(number)", job: "job", name: "render-\(frames)", status: .active, priority: 50,
                jobPriority: 50, jobType: "simple-blender-render", taskType: "blender", commands: [command])
            let context = CommandContext(task: task, sink: .discarding, programs: runner, clock: ContinuousClock())
            try await registry.run(command, in: context)
        }
        let time = ContinuousClock.now - start
        await runner.kept.close()
        return time
    }

    let frames = (1...24).map { "\($0)" }
    // Once for what the disk has to read first.
    _ = try await measure(["1"], keepsOpen: false)
    let limit = try await measure(["1..24"], keepsOpen: false)
    let open = try await measure(frames, keepsOpen: true)
    let cold = try await measure(frames, keepsOpen: false)
    printRow("one task of 24 frames", limit.text)
    let rows = [("that stays open", open), ("for each", cold)].map { words, time in
        SummaryRow("24 tasks of one frame, a Blender \(words)", time, alone: limit, "one Blender with all frames")
    }
    for row in rows { printRow(row.what, row.measured) }
    return rows
}
