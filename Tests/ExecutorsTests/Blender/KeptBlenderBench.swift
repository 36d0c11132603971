import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import TestSupport
import Testing

/// Small scenes that real Blenders render: one that stays open, one for each command, and one for all of them.
struct KeptBlenderBench {
    let bench: Bench
    let scene: String
    private static let start = ["-b", "-y", "--factory-startup", "-noaudio"]

    init(blender: BlenderSettings = BlenderSettings()) throws {
        bench = try Bench(blender: blender, keepsOpen: KeepOpen(for: .seconds(600), memory: .max))
        scene = bench.folder.path("scene.blend")
    }

    /// Makes a scene of ten frames, of which its range has five, in which a cube turns.
    ///
    /// - Parameter more: what else is done to the scene, in Python.
    func makeScene(_ more: String = "") async throws {
        let script = """
            import bpy
            scene = bpy.context.scene
            scene.render.engine = 'CYCLES'
            scene.cycles.samples = 1
            scene.cycles.use_denoising = False
            scene.render.resolution_x, scene.render.resolution_y = 64, 36
            scene.render.resolution_percentage = 100
            scene.frame_start, scene.frame_end = 5, 9
            cube = bpy.data.objects['Cube']
            for frame in (1, 15):
                cube.rotation_euler.z = frame / 10
                cube.keyframe_insert('rotation_euler', frame=frame)
            bpy.ops.wm.save_as_mainfile(filepath='\(scene)')
            \(more)
            bpy.ops.wm.save_as_mainfile(filepath='\(scene)')
            """
        try await Bench().run(
            "exec",
            [
                "exe": "blender -b --factory-startup -noaudio",
                "args": ["--python-exit-code", "1", "--python-expr", .string(script)],
            ])
    }

    // MARK: Rendering

    /// A command for these frames.
    ///
    /// - Parameter more: arguments before those that render.
    func parameters(
        _ frames: String, into folder: String, name: String = "####", _ more: [String] = []
    ) -> [String: JSONValue] {
        let words = more + output(folder, name) + ["--render-frame", frames]
        return [
            "exe": "blender", "exeArgs": .string(Self.start.joined(separator: " ")), "argsBefore": [],
            "blendfile": .string(scene), "args": .array(words.map { .string($0) }),
        ]
    }

    private func output(_ folder: String, _ name: String) -> [String] {
        ["--render-output", bench.folder.path("\(folder)/\(name)"), "--render-format", "PNG"]
    }

    /// Runs a command as the agent does; returns what was logged of it.
    @discardableResult
    func render(_ parameters: [String: JSONValue]) async throws -> String {
        let before = bench.recorder.log.count
        try await bench.run("blender-render", parameters)
        return String(bench.recorder.log.dropFirst(before))
    }

    /// Renders lists of frames in the Blender that stays open, and in one that renders all of them by itself, and compares every
    /// picture, those of File Output nodes included (in the folder `files`). Two outputs take turns.
    ///
    /// - Parameters:
    ///   - script: a Python script of the job.
    ///   - cold: whether a Blender for each list makes the same pictures too, as it does where no frame depends on others.
    ///   - count: how many pictures there are, all of them different.
    func expectEqual(_ lists: [String], script: String? = nil, cold: Bool = false, count: Int) async throws {
        let more = try script.map { ["--python", try bench.folder.write("script.py", $0)] } ?? []
        let commands = lists.enumerated().map { (frames: $1, name: $0.isMultiple(of: 2) ? "####" : "other-####") }
        for (number, command) in commands.enumerated() {
            let log = try await render(parameters(command.frames, into: "kept", name: command.name, more))
            #expect(log.contains("blender is still open: ") == (number > 0), "\(log)")
            #expect(!log.contains("\u{1}"), "\(log)")
        }
        await bench.programs.kept.close()
        let kept = try takePictures(of: "kept")
        let all = commands.flatMap { output("once", $0.name) + ["--render-frame", $0.frames] }
        let words = Self.start + [scene] + more + all
        try await Bench().run("exec", ["exe": "blender", "args": .array(words.map { .string($0) })])
        let once = try takePictures(of: "once")
        #expect(kept == once)
        #expect(kept.count == count && Set(kept.values).count == count, "\(kept.keys.sorted())")
        guard cold else { return }
        for command in commands {
            try await Bench().run("blender-render", parameters(command.frames, into: "cold", name: command.name, more))
        }
        #expect(try takePictures(of: "cold") == kept)
    }

    // MARK: Pictures

    /// The pixels of the pictures in a folder and of those that nodes wrote meanwhile, by their names; the latter are removed.
    private func takePictures(of folder: String) throws -> [String: [UInt8]] {
        let files = FileManager.default
        var found: [String: [UInt8]] = [:]
        for folder in [folder, "files"] {
            let path = bench.folder.path(folder)
            guard files.fileExists(atPath: path) else { continue }
            for name in try files.contentsOfDirectory(atPath: path) {
                let file = try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
                found[folder == "files" ? "files/\(name)" : name] = pixels([UInt8](file))
            }
        }
        if files.fileExists(atPath: bench.folder.path("files")) {
            try files.removeItem(atPath: bench.folder.path("files"))
        }
        return found
    }

    /// What a PNG file has of its picture: size and pixels, without the texts about when and how it was made.
    private func pixels(_ file: [UInt8]) -> [UInt8] {
        var (rest, found) = (file.dropFirst(8), [UInt8]())
        while rest.count >= 12 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let chunk = rest.dropFirst(4).prefix(4 + length)
            if chunk.starts(with: "IHDR".utf8) || chunk.starts(with: "IDAT".utf8) { found += chunk }
            rest = rest.dropFirst(12 + length)
        }
        return found
    }
}
