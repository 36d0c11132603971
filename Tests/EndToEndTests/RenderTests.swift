import Foundation
import TestSupport
import Testing

@Suite("A job is rendered by the real programs", .timeLimit(.minutes(4)))
struct RenderTests {
    @Test("the contract's example job gives its frames and a video")
    func exampleJob() async throws {
        let farm = try await TestFarm("--variable", "blender=blender --threads 2")
        let agent = try farm.startAgent()
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

        let files = try FileManager.default.contentsOfDirectory(atPath: farm.folder.path("frames"))
        let frames = files.filter { $0.hasSuffix(".png") }
        #expect(frames.count == 10)
        for frame in frames {
            let size = try await EndToEndTests.output(
                of: "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                farm.folder.path("frames/" + frame))
            #expect(size == "320,180\n")
        }
        let video = try #require(files.first { $0.hasSuffix(".mp4") || $0.hasSuffix(".mkv") }, "\(files)")
        let facts = try await EndToEndTests.output(
            of: "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
            "stream=nb_read_frames,r_frame_rate", "-of", "csv=p=0", farm.folder.path("frames/" + video))
        #expect(facts == "24/1,10\n")
        await farm.stop(agent)
    }
}
