import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("Rendering with Blender", .timeLimit(.minutes(2)))
struct BlenderRenderTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Makes a scene that renders in a moment: Cycles on the processor, one sample, 32×18.
    private func makeScene(_ more: String = "") async throws -> JSONValue {
        let file = bench.folder.path("a scene.blend")
        let script = """
            import bpy
            scene = bpy.context.scene
            scene.render.engine = 'CYCLES'
            scene.cycles.device = 'CPU'
            scene.cycles.samples = 1
            scene.cycles.use_denoising = False
            scene.render.resolution_x, scene.render.resolution_y = 32, 18
            scene.render.resolution_percentage = 100
            \(more)
            bpy.ops.wm.save_as_mainfile(filepath='\(file)')
            """
        try await Bench().run(
            "exec",
            ["exe": "blender -b --factory-startup -noaudio", "args": ["--python-expr", .string(script)]])
        return .string(file)
    }

    private func parameters(_ scene: JSONValue, _ args: JSONValue...) -> [String: JSONValue] {
        let output = JSONValue.string(bench.folder.path("out/######"))
        return [
            "exe": "blender -b", "exeArgs": "--factory-startup -noaudio", "argsBefore": ["-y"], "blendfile": scene,
            "args": .array(["--render-output", output, "--render-format", "PNG"] + args),
        ]
    }

    @Test("reports every file, every frame and how far it is")
    func frames() async throws {
        try await bench.run("blender-render", parameters(try await makeScene(), "--render-frame", "3..5"))
        let files = (3...5).map { bench.folder.path("out/00000\($0).png") }
        #expect(bench.report.outputs == files)
        #expect(files.allSatisfy(FileManager.default.fileExists))
        #expect(bench.report.steps == 3)
        #expect(bench.report.activities.first?.hasPrefix("frame 3, 1 of 3") == true)
        #expect(bench.report.activities.last == "3 frames rendered")
        #expect(bench.report.activities.count <= 4)
        let log = bench.report.log
        #expect(log.hasPrefix("> blender -b --factory-startup -noaudio -y '"))
        #expect(log.contains("\nBlender 3") || log.contains("\nBlender 4") || log.contains("\nBlender 5"))
    }

    @Test("counts frames that exist already as done")
    func skipping() async throws {
        let scene = try await makeScene("scene.render.use_overwrite = False")
        try bench.folder.write("out/000002.png", "there")
        try await bench.run("blender-render", parameters(scene, "-s", 1, "-e", 2.0, "-a"))
        #expect(bench.report.outputs == [bench.folder.path("out/000001.png")])
        #expect(bench.report.steps == 2)
        #expect(bench.report.activities.last == "1 frame rendered, 1 skipped")
    }

    @Test("fails with what Blender said", arguments: [false, true])
    func failures(isBroken: Bool) async throws {
        let scene = bench.folder.path("no.blend")
        if isBroken { try bench.folder.write("no.blend", "this is no Blender file") }
        let sentence = try await bench.failure("blender-render", parameters(.string(scene), "-f", 1))
        #expect(sentence.hasPrefix("blender failed: exit status 1: "))
        #expect(sentence.contains(scene))
        #expect(bench.report.steps == 0)
        #expect(bench.report.outputs == [])
    }

    @Test("a frame that cannot be saved is no step and no output")
    func unwritable() async throws {
        var parameters = parameters(try await makeScene())
        parameters["args"] = ["--render-output", "/proc/nowhere/######", "-f", 1]
        let sentence = try await bench.failure("blender-render", parameters)
        #expect(sentence.hasPrefix("blender failed: exit status 1: "))
        #expect(sentence.contains("/proc/nowhere/000001.png"))
        #expect(bench.report.steps == 0)
        #expect(bench.report.outputs == [])
    }

    @Test("stops Blender when it is cancelled")
    func cancelled() async throws {
        let scene = try await makeScene("scene.cycles.samples, scene.cycles.use_adaptive_sampling = 10_000_000, False")
        let rendering = Task { try await bench.run("blender-render", parameters(scene, "-f", 1)) }
        await bench.report.waitForLog("Sample ")
        rendering.cancel()
        await #expect(throws: CancellationError.self) { try await rendering.value }
        #expect(bench.report.steps == 0)
    }
}
