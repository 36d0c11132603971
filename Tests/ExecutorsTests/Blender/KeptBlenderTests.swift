import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("A Blender that stays open", .timeLimit(.minutes(5)))
struct KeptBlenderTests {
    private let blender: KeptBlenderBench
    private var bench: Bench { blender.bench }

    init() throws { blender = try KeptBlenderBench() }

    // MARK: Pictures

    @Test("renders any list of frames like one Blender and like many, and counts in the range of the file")
    func frames() async throws {
        try await blender.makeScene()
        try await blender.expectEqual(["3", "1,1,2", "+0..+1,-1", "12,7..8"], cold: true, count: 9)
        #expect(bench.recorder.steps == 10)
    }

    @Test("renders File Output nodes, drivers that look at the range of the file, and data that Cycles keeps")
    func nodes() async throws {
        try await blender.makeScene(
            """
            scene.use_nodes = True
            node = scene.node_tree.nodes.new('CompositorNodeOutputFile')
            node.base_path = '//files'
            invert = scene.node_tree.nodes.new('CompositorNodeInvert')
            scene.node_tree.links.new(scene.node_tree.nodes['Render Layers'].outputs[0], invert.inputs[1])
            scene.node_tree.links.new(invert.outputs[0], node.inputs[0])
            driver = cube.driver_add('location', 2).driver
            for name, path in (('first', 'frame_start'), ('last', 'frame_end')):
                variable = driver.variables.new()
                variable.name, variable.type = name, 'SINGLE_PROP'
                variable.targets[0].id_type, variable.targets[0].id = 'SCENE', scene
                variable.targets[0].data_path = path
            driver.expression = '(frame - first) / (last - first)'
            scene.render.use_persistent_data = True
            """)
        try await blender.expectEqual(["6", "5", "8..9"], count: 8)
    }

    @Test("renders what an add-on makes of the scene each time it is called")
    func addOn() async throws {
        try await blender.makeScene()
        try await blender.expectEqual(
            ["1", "2,3", "1"],
            script: """
                import bpy, sys
                assert sys.stdin.read() == ''
                cube = bpy.data.objects['Cube']

                def moved(scene, *_):
                    cube.location.x += 0.1
                    assert scene.frame_start == 5 and bpy.context.window is None

                def scaled(scene, *_):
                    cube.scale.y *= 1.1

                bpy.app.handlers.frame_change_post.append(moved)
                bpy.app.handlers.depsgraph_update_post.append(scaled)
                bpy.app.handlers.render_complete.append(scaled)
                """, count: 3)
    }

    @Test("renders simulations, cached on disk and in memory", arguments: [true, false])
    func simulations(onDisk: Bool) async throws {
        let bake = "cache.use_disk_cache = True; bpy.ops.ptcache.bake_all(bake=True)"
        try await blender.makeScene(
            """
            cube.modifiers.new('Collision', 'COLLISION')
            bpy.ops.mesh.primitive_grid_add(x_subdivisions=12, y_subdivisions=12, size=4, location=(0, 0, 1.2))
            cache = bpy.context.object.modifiers.new('Cloth', 'CLOTH').point_cache
            cache.frame_end = 10
            \(onDisk ? bake : "")
            """)
        try await blender.expectEqual(["1..4", "5", "6,7"], count: 7)
    }

    // MARK: Tasks

    @Test("tells each task its name, its command line and its output, and undoes what scripts do to its settings")
    func tasks() async throws {
        try await blender.makeScene()
        let script = try bench.folder.write(
            "tell.py",
            """
            import bpy, os, sys
            bpy.app.handlers.render_init.append(lambda *_: print(os.environ['FLAMENCO_TASK_NAME'], sys.argv[-6:], flush=True))
            def change(scene, *_):
                print(scene.render.image_settings.color_mode, flush=True)
                scene.render.image_settings.color_mode = 'BW'
            bpy.app.handlers.render_init.append(change)
            """)
        for folder in ["one", "two"] {
            let log = try await blender.render(blender.parameters("1", into: folder, ["--python", script]))
            let output = bench.folder.path("\(folder)/####")
            #expect(
                log.contains(
                    "bench ['--render-output', '\(output)', '--render-format', 'PNG', '--render-frame', '1']\nRGBA\n"),
                "\(log)")
            #expect(!log.contains("flamenco_agent") && !log.contains("\u{1}"))
            #expect(FileManager.default.fileExists(atPath: bench.folder.path("\(folder)/0001.png")))
        }
        await bench.programs.kept.close()
    }

    @Test("tells each task which device Cycles renders with")
    func device() async throws {
        let blender = try KeptBlenderBench(blender: BlenderSettings(watchesDevice: true))
        try await blender.makeScene("scene.cycles.device = 'GPU'")
        for _ in 0..<2 { try await blender.render(blender.parameters("1", into: "out")) }
        await blender.bench.programs.kept.close()
        let recorder = blender.bench.recorder
        #expect(recorder.activities.count { $0 == "renders with Cycles on the CPU" } == 2)
        #expect(recorder.activities.count { $0.hasSuffix("though the scene asks for the GPU") } == 2)
        #expect(recorder.log.contains("is still open") && !recorder.log.contains("\u{1}"))
    }

    // MARK: The end

    @Test("is closed by every other command, and when the scene is another")
    func others() async throws {
        try await blender.makeScene()
        try await blender.render(blender.parameters("1", into: "out"))
        #expect(bench.programs.kept.waiting != nil)
        try await bench.run("echo", ["message": "x"])
        #expect(bench.programs.kept.waiting == nil && bench.programs.running.isEmpty)
        try await blender.render(blender.parameters("1", into: "out"))
        try await blender.makeScene("cube.location.x = 1")
        #expect(try await !blender.render(blender.parameters("2", into: "out")).contains("still open"))
        #expect(try await !blender.render(blender.parameters("2..3", into: "out", ["-t", "1"])).contains("still open"))
        var parameters = blender.parameters("1", into: "out", ["-t", "1"])
        parameters["args"] = .array(["-o", .string(bench.folder.path("out/####")), "-f", "1"])
        #expect(try await !blender.render(parameters).contains("still open"))
        #expect(bench.programs.running.isEmpty)
    }

    @Test("leaves what it cannot do to a Blender of its own, and says so")
    func declined() async throws {
        try await blender.makeScene("scene.camera = None")
        let sentence = try await bench.failure("blender-render", blender.parameters("1", into: "out"))
        #expect(sentence.hasPrefix("blender failed: exit status 1: "), "\(sentence)")
        #expect(bench.recorder.log.contains("< not done by a blender that stays open: "))
        #expect(bench.programs.running.isEmpty)
    }

    @Test("that loses the way to the agent, since a script closes what it does not know, is replaced as well")
    func border() async throws {
        try await blender.makeScene()
        let script = try bench.folder.write(
            "close.py",
            """
            import bpy, os
            def close(scene, *_):
                if scene.frame_current == 2:
                    os.closerange(3, 200)
                    [os.open(os.devnull, os.O_WRONLY) for _ in range(197)]
            bpy.app.handlers.render_post.append(close)
            """)
        try await blender.render(blender.parameters("1", into: "out", ["--python", script]))
        let log = try await blender.render(blender.parameters("2", into: "out", ["--python", script]))
        #expect(log.contains("still open") && log.contains("did not report that it is done"), "\(log)")
        #expect(FileManager.default.fileExists(atPath: bench.folder.path("out/0002.png")))
        #expect(bench.programs.running.isEmpty)
    }

    @Test("ends with the command that is cancelled in the middle of a frame, and the next log has nothing of it")
    func cancelled() async throws {
        try await blender.makeScene()
        let script = try bench.folder.write(
            "slow.py",
            """
            import bpy, time
            def wait(scene, *_):
                print('waits', flush=True)
                time.sleep(1000 if scene.frame_current == 2 else 0)
            bpy.app.handlers.render_pre.append(wait)
            """)
        func parameters(_ frame: String) -> [String: JSONValue] {
            blender.parameters(frame, into: "out", ["--python", script])
        }
        try await blender.render(parameters("1"))
        let before = bench.recorder.log.count
        let work = Task { try await blender.render(parameters("2")) }
        try await until { bench.recorder.log.dropFirst(before).contains("waits") }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(bench.programs.running.isEmpty && bench.programs.kept.waiting == nil)
        let log = try await blender.render(parameters("3"))
        #expect(log.components(separatedBy: "waits").count == 2 && log.contains("\nBlender "), "\(log)")
        #expect(!log.contains("still open") && !log.contains("\u{1}"))
        await bench.programs.kept.close()
    }
}
