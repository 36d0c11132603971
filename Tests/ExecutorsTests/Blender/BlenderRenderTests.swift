import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("Rendering with Blender", .serialized, .timeLimit(.minutes(2)))
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
        #expect(bench.recorder.outputs == files)
        #expect(files.allSatisfy(FileManager.default.fileExists))
        #expect(bench.recorder.steps == 3)
        #expect(bench.recorder.activities.first?.hasPrefix("frame 3, 1 of 3") == true)
        #expect(bench.recorder.activities.last == "3 frames rendered")
        #expect(bench.recorder.activities.count <= 5)
        let log = bench.recorder.log
        #expect(log.hasPrefix("> blender -b --factory-startup -noaudio --python-exit-code 1 -y '"))
        #expect(log.contains("\nBlender 3") || log.contains("\nBlender 4") || log.contains("\nBlender 5"))
    }

    @Test("counts frames that exist already as done")
    func skipping() async throws {
        let scene = try await makeScene("scene.render.use_overwrite = False")
        try bench.folder.write("out/000002.png", bytes: SmallPictures.png())
        try await bench.run("blender-render", parameters(scene, "-s", 1, "-e", 2.0, "-a"))
        #expect(bench.recorder.outputs == [bench.folder.path("out/000001.png")])
        #expect(bench.recorder.steps == 2)
        #expect(bench.recorder.activities.last == "1 frame rendered, 1 skipped")
    }

    @Test("fails with what Blender said", arguments: [false, true])
    func failures(isBroken: Bool) async throws {
        let scene = bench.folder.path("no.blend")
        if isBroken { try bench.folder.write("no.blend", "this is no Blender file") }
        let sentence = try await bench.failure("blender-render", parameters(.string(scene), "-f", 1))
        #expect(sentence.hasPrefix("blender failed: exit status 1: "))
        #expect(sentence.contains(scene))
        #expect(bench.recorder.steps == 0)
        #expect(bench.recorder.outputs == [])
    }

    @Test("a frame that cannot be saved is no step and no output")
    func unwritable() async throws {
        var parameters = parameters(try await makeScene())
        parameters["args"] = ["--render-output", "/proc/nowhere/######", "-f", 1]
        let sentence = try await bench.failure("blender-render", parameters)
        #expect(sentence.hasPrefix("blender failed: exit status 1: "))
        #expect(sentence.contains("/proc/nowhere/000001.png"))
        #expect(bench.recorder.steps == 0)
        #expect(bench.recorder.outputs == [])
    }

    @Test(
        "fails although Blender ends with 0",
        arguments: [
            (["--python-expr", "a = (GPU", "-f", 1], "SyntaxError: '(' was never closed"),
            (["--python-expr", "import sys; sys.exit('no camera here')", "-f", 1], "no camera here"),
            (["-S", "Shot_010", "-f", 1], "Can't find scene: 'Shot_010'"),
            (["-F", "TARGA", "-f", 1], "Format from '-F / --render-format' not known"),
            (["-f", "x"], "not a number '-f / --render-frame x'"),
            (["-P", "/nowhere.py", "-f", 1], "could not be opened"),
            ([], "no frame was rendered"), (["-s", 3, "-e", 1, "-a"], "rendered 0 of 1 frame"),
        ] as [([JSONValue], String)])
    func survived(args: [JSONValue], words: String) async throws {
        var parameters = parameters(try await makeScene())
        parameters["args"] = .array(["-o", .string(bench.folder.path("out/######"))] + args)
        let sentence = try await bench.failure("blender-render", parameters)
        #expect(sentence.contains(words), "\(sentence)")
    }

    @Test("renders a frame of which a killed Blender left an empty file, though it is not to overwrite")
    func emptyFrame() async throws {
        let scene = try await makeScene("scene.render.use_overwrite = False")
        try bench.folder.write("out/000002.png", "")
        try await bench.run("blender-render", parameters(scene, "-f", "1..2"))
        #expect(bench.recorder.outputs == [1, 2].map { bench.folder.path("out/00000\($0).png") })
        #expect(PictureFile(at: bench.folder.path("out/000002.png")).fault == nil)
    }

    @Test("goes well in all formats, with several views, as a video, and without a scene")
    func formats() async throws {
        let scene = try await makeScene(
            "scene.render.use_multiview = True; scene.render.image_settings.views_format = 'INDIVIDUAL'")
        for format in ["PNG", "JPEG", "OPEN_EXR", "OPEN_EXR_MULTILAYER", "TIFF", "BMP"] {
            try await bench.run("blender-render", parameters(scene, "-F", .string(format), "-f", "1"))
        }
        let plain = try await makeScene()
        try await bench.run("blender-render", parameters(plain, "-F", "FFMPEG", "-s", 1, "-e", 2, "-a"))
        #expect(bench.recorder.outputs.last?.hasSuffix("000001-000002.mpg") == true)
        try await bench.run(
            "blender-render", ["exe": "blender -b", "blendfile": "", "args": ["--python-expr", "print(42)"]])
        #expect(!bench.recorder.activities.contains { $0.hasPrefix("warning: ") })
    }

    @Test("stops Blender when it is cancelled")
    func cancelled() async throws {
        let scene = try await makeScene("scene.cycles.samples, scene.cycles.use_adaptive_sampling = 10_000_000, False")
        let rendering = Task { try await bench.run("blender-render", parameters(scene, "-f", 1)) }
        await bench.recorder.waitForLog("Sample ")
        rendering.cancel()
        await #expect(throws: CancellationError.self) { try await rendering.value }
        #expect(bench.recorder.steps == 0)
    }
}
