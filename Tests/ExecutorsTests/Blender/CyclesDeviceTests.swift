import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("The device of Cycles", .timeLimit(.minutes(2)))
struct CyclesDeviceTests {
    private func device(_ json: String) throws -> CyclesDeviceReport.Device {
        try WireJSON.decode(CyclesDeviceReport.Device.self, from: Data(json.utf8))
    }

    @Test(
        "is told in words",
        arguments: [
            (#"{"engine": "BLENDER_EEVEE"}"#, "renders with BLENDER_EEVEE"),
            (#"{"engine": "CYCLES", "wanted": "CPU"}"#, "renders with Cycles on the CPU"),
            (#"{"engine": "CYCLES", "wanted": "GPU", "kind": "NONE", "names": []}"#, "renders with Cycles on the CPU"),
            (
                #"{"engine": "CYCLES", "wanted": "GPU", "kind": "OPTIX", "names": ["RTX A4000", "RTX 3090"]}"#,
                "renders with Cycles on OPTIX: RTX A4000, RTX 3090"
            ),
            (
                #"{"engine": "CYCLES", "wanted": "CPU", "override": "HIP+CPU", "kind": "HIP", "names": ["RX 6800"]}"#,
                "renders with Cycles on HIP+CPU: RX 6800"
            ),
            (
                #"{"engine": "CYCLES", "wanted": "GPU", "override": "CPU", "kind": "CPU", "names": ["Xeon"]}"#,
                "renders with Cycles on the CPU"
            ),
        ])
    func text(json: String, expected: String) throws {
        #expect(try device(json).text == expected)
    }

    /// A scene that renders in a moment.
    private func scene(_ more: String, in bench: Bench) async throws -> JSONValue {
        let file = bench.folder.path("scene.blend")
        let script = """
            import bpy
            scene = bpy.context.scene
            scene.render.engine = 'CYCLES'
            scene.cycles.samples = 1
            scene.cycles.use_denoising = False
            scene.render.resolution_x, scene.render.resolution_y = 32, 18
            \(more)
            bpy.ops.wm.save_as_mainfile(filepath='\(file)')
            """
        try await Bench().run(
            "exec", ["exe": "blender -b --factory-startup -noaudio", "args": ["--python-expr", .string(script)]])
        return .string(file)
    }

    private func parameters(_ scene: JSONValue, _ more: JSONValue..., in bench: Bench) -> [String: JSONValue] {
        let output = JSONValue.string(bench.folder.path("out/######"))
        return [
            "exe": "blender -b -noaudio", "blendfile": scene,
            "args": .array(["--render-output", output, "--render-format", "PNG", "--render-frame", "1..2"] + more),
        ]
    }

    @Test("of the scene is told by Blender itself, once, and not in the log; a GPU that is none is a warning")
    func warning() async throws {
        let bench = try Bench(blender: BlenderSettings(watchesDevice: true))
        try await bench.run(
            "blender-render", parameters(try await scene("scene.cycles.device = 'GPU'", in: bench), in: bench))
        let sentence = "the scene asks for the GPU, but Cycles renders on the CPU"
        #expect(
            bench.recorder.activities.prefix(2) == ["renders with Cycles on the CPU", "warning: \(sentence)"],
            "\(bench.recorder.activities)")
        #expect(bench.recorder.activities.count { $0.hasPrefix("renders with") } == 1)
        #expect(bench.recorder.log.contains("\nwarning (gpu-not-used): \(sentence)\n"))
        #expect(bench.recorder.activities.last == "2 frames rendered on the CPU, though the scene asks for the GPU")
        #expect(!bench.recorder.log.contains("flamenco-device-"))
        #expect(bench.recorder.outputs.count == 2)
    }

    @Test("that is not there ends Blender with status 1 and a sentence")
    func unavailable() async throws {
        let bench = try Bench(blender: BlenderSettings(cyclesDevice: "CUDA", watchesDevice: true))
        let sentence = try await bench.failure(
            "blender-render", parameters(try await scene("", in: bench), in: bench))
        #expect(sentence.hasPrefix("blender failed: exit status 1: "), "\(sentence)")
        #expect(bench.recorder.log.contains("-- --cycles-device CUDA\n"))
        #expect(sentence.hasSuffix(": Found no Cycles device of the specified type"), "\(sentence)")
        #expect(bench.recorder.activities.first == "Cycles finds no device for CUDA")
    }

    @Test("may be the processor, and a job with arguments of its own is left alone, with a warning")
    func processor() async throws {
        let bench = try Bench(blender: BlenderSettings(cyclesDevice: "CPU", watchesDevice: true))
        let scene = try await scene("scene.cycles.device = 'CPU'", in: bench)
        try await bench.run("blender-render", parameters(scene, in: bench))
        #expect(bench.recorder.activities.first == "renders with Cycles on the CPU")
        try await bench.run("blender-render", parameters(scene, "--", "--own", in: bench))
        let sentence = "\"cycles_device\" is not applied: this job has arguments of its own after \"--\""
        #expect(bench.recorder.activities.contains("warning: \(sentence)"))
        #expect(!bench.recorder.log.contains("--own -- --cycles-device"))
    }

    @Test("is not told where Blender has another standard input, which changes nothing")
    func otherInput() async throws {
        let blender = try StandInBlender()
        let parameters = try blender.parameters(
            shell: "cp good.png out/000001.png",
            printed: [
                "Python: OSError: Python file \"/dev/stdin\" could not be opened: No such file or directory"
            ] + StandInBlender.frame(1) + ["", "Blender quit"], ["-f", "1"])
        let bench = try Bench(blender: BlenderSettings(watchesDevice: true))
        try await bench.run("blender-render", parameters)
        #expect(bench.recorder.outputs.count == 1)
    }
}
