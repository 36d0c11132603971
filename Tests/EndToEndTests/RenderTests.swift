import Farm
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A job is rendered by the real programs", .timeLimit(.minutes(4)))
struct RenderTests {
    @Test("the contract's example job gives its frames and a video")
    func exampleJob() async throws {
        let farm = try await TestFarm("--api", "2022", "--variable", "blender=blender --threads 2")
        let agent = try farm.startAgent(options: ["--api", "2022"])
        let blend = farm.folder.path("сцена ü.blend")
        try await makeScene(at: blend)
        let job = try farm.folder.write(
            "job.json",
            """
            {
                "name": "3Д рендеринг ü", "type": "simple-blender-render", "priority": 50,
                "settings": {
                    "blender_cmd": "{blender}", "filepath": "\(blend)",
                    "render_output": "\(farm.folder.path("frames/scene"))", "frames": "1-10", "chunk_size": 3, "fps": 24,
                    "extract_audio": true, "images_or_video": "images", "format": "PNG", "output_file_extension": ".png"
                },
                "metadata": {"user.name": "Sybren", "project": "Sprite Fright"}
            }
            """)
        let (output, exit) = try await farm.submit(job)
        #expect(exit == .status(0), "\(output)\n\(agent.output)")

        try await expectFramesAndVideo(in: farm.folder.path("frames"), rate: "24/1")
        await farm.stop(agent)
    }

    @Test("the same with the settings of Flamenco 3, a two-way variable, a scene of two and EXR with previews")
    func flamenco3Job() async throws {
        let folder = try TemporaryFolder()
        let farm = try await TestFarm(
            "--api", "v3", "--variable", "blender=blender --threads 2", "--two-way",
            "farm@\(Platform.own.rawValue)=\(folder.url.path)")
        let agent = try farm.startAgent(options: ["--api", "v3"])
        try await makeScene(at: folder.path("scene.blend"))
        let prepare = """
            import bpy
            bpy.data.scenes.new("Other")
            bpy.context.scene.render.image_settings.file_format = "OPEN_EXR"
            bpy.context.scene.render.image_settings.use_preview = True
            bpy.ops.wm.save_mainfile()
            """
        _ = try await EndToEndTests.output(
            of: "blender", "--background", folder.path("scene.blend"), "--python-exit-code", "1", "--python-expr",
            prepare)
        // As Blender's add-on does it: it asks before it has the blend file, with the version of the job type that it knows.
        var client = farm.client
        client.dialect = .v3
        let type = try await client.send(.getJobType, "simple-blender-render", expecting: AvailableJobType.self)
        #expect(type.settings.first { $0.key == "fps" }?.visible == .hidden)
        let asked = SubmittedJob(
            name: "n", type: type.name, typeETag: type.etag,
            settings: flamenco3Settings(in: folder, blendFile: "dummy-for-job-check.blend"),
            submitterPlatform: Platform.own.rawValue)
        try await client.send(.submitJobCheck, body: asked)
        let settings = JSONValue.object(flamenco3Settings(in: folder, blendFile: folder.path("scene.blend")))
        let job = try farm.folder.write(
            "job.json",
            """
            {
                "name": "n", "type": "simple-blender-render", "priority": 50, "type_etag": "\(type.etag)",
                "submitter_platform": "\(Platform.own.rawValue)", "settings": \(settings)
            }
            """)
        let (output, exit) = try await farm.submit(job)
        #expect(exit == .status(0), "\(output)\n\(agent.output)")

        try await expectPreview(on: farm)
        let times = try FileManager.default.contentsOfDirectory(atPath: folder.path("out"))
        #expect(times.count == 1 && times[0].wholeMatch(of: #/\d{4}-\d\d-\d\d_\d{6}/#) != nil, "\(times)")
        let frames = folder.path("out/" + times[0])
        try await expectFramesAndVideo(in: frames, imagesEndIn: ".jpg", rate: "25/2")
        let images = try FileManager.default.contentsOfDirectory(atPath: frames).filter { $0.hasSuffix(".exr") }
        #expect(images.count == 10)

        let kept = try #require(try await client.send(.queryJobs, expecting: JobList.self).jobs.first)
        #expect(kept.submitted.settings?["blendfile"] == "{farm}/scene.blend")
        #expect(kept.submitted.settings?["render_output_path"] == .string("{farm}/out/\(times[0])/######"))
        #expect(kept.stepsTotal == 11 && kept.stepsCompleted == 11)
        await farm.stop(agent)
    }

    /// The settings of a job as the add-on of Flamenco 3 sends them.
    private func flamenco3Settings(in folder: TemporaryFolder, blendFile: String) -> [String: JSONValue] {
        [
            "blendfile": .string(blendFile), "render_output_root": .string(folder.url.path), "add_path_components": 0,
            "render_output_path": .string(folder.path("out/{timestamp}/######")), "frames": "1-10", "chunk_size": 5,
            "fps": 12.5, "format": "OPEN_EXR", "image_file_extension": ".exr", "has_previews": true, "scene": "Scene",
        ]
    }

    /// The newest image is at the URL that the manager names, and is one to look at: what was rendered is EXR.
    private func expectPreview(on farm: TestFarm) async throws {
        var client = farm.client
        client.dialect = .v3
        let job = try #require(try await client.send(.queryJobs, expecting: JobList.self).jobs.first)
        // The last one may still be on its way.
        var image: JobLastRenderedImageInfo?
        while image == nil {
            image = try? await client.send(.fetchJobLastRenderedInfo, job.id, expecting: JobLastRenderedImageInfo.self)
        }
        let place = try #require(image)
        let url = "\(client.url)\(place.base)/\(try #require(place.suffixes.first))"
        let facts = try await EndToEndTests.output(
            of: "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", url)
        #expect(["mjpeg,320,180\n", "png,320,180\n"].contains(facts), "\(facts)")
    }

    private func expectFramesAndVideo(
        in folder: String, imagesEndIn suffix: String = ".png", rate: String
    ) async throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let frames = files.filter { $0.hasSuffix(suffix) }
        #expect(frames.count == 10)
        for frame in frames {
            let size = try await EndToEndTests.output(
                of: "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                "\(folder)/\(frame)")
            #expect(size == "320,180\n")
        }
        let video = try #require(files.first { $0.hasSuffix(".mp4") || $0.hasSuffix(".mkv") }, "\(files)")
        let facts = try await EndToEndTests.output(
            of: "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
            "stream=nb_read_frames,r_frame_rate", "-of", "csv=p=0", "\(folder)/\(video)")
        #expect(facts == "\(rate),10\n")
    }
}
