import FlamencoAPI
import JobTypes
import Testing

@Suite("simple-blender-render")
struct SimpleBlenderRenderTests {
    private let jobType = SimpleBlenderRender()

    @Test("the contract's example job: chunks, the sound, and the video after them")
    func example() throws {
        let tasks = try jobType.tasks(exampleSettings)
        #expect(
            tasks.map(\.name) == [
                "render-1-3", "render-4-6", "render-7-9", "render-10", "extract-audio", "preview-video",
            ])
        #expect(tasks.map(\.type) == ["blender", "blender", "blender", "blender", "blender", "ffmpeg"])
        #expect(tasks.map(\.dependencies) == [[], [], [], [], [], [0, 1, 2, 3, 4]])
        #expect(
            tasks[1].commands == [
                Command(
                    name: "blender-render",
                    parameters: [
                        "exe": "{blender}", "exeArgs": "{blenderArgs}", "blendfile": "/render/sf/jobs/scene123.blend",
                        "argsBefore": [],
                        "args": [
                            "--render-output", "/render/sf/frames/scene123", "--render-format", "PNG", "--render-frame",
                            "4..6",
                        ],
                    ], totalStepCount: 3)
            ])
        let video = try #require(tasks.last?.commands.first)
        #expect(video.name == "frames-to-video")
        #expect(video.parameters["exe"] == "{ffmpeg}")
        #expect(video.parameters["fps"] == 24)
        #expect(video.parameters["inputGlob"] == "/render/sf/frames/scene123{000[1-9],0010}.png")
        #expect(video.parameters["outputFile"] == "/render/sf/frames/scene123-1-10.mp4")
        #expect(video.arguments.starts(with: ["-i", "/render/sf/frames/scene123-1-10.flac"]))
    }

    @Test(
        "without sound, or where frames are left out, the video has none",
        arguments: [("1-10", false), ("1-4,8", true)])
    func silence(frames: String, wanted: Bool) throws {
        var settings = exampleSettings
        settings["frames"] = .string(frames)
        settings["extract_audio"] = .bool(wanted)
        let tasks = try jobType.tasks(settings)
        #expect(!tasks.contains { $0.name == "extract-audio" })
        #expect(tasks.last?.commands.first?.arguments.contains("-i") == false)
    }

    @Test(
        "formats that are no pictures to look at get no video", arguments: ["OPEN_EXR", "OPEN_EXR_MULTILAYER", "HDR"])
    func dataFormats(format: String) throws {
        var settings = exampleSettings
        settings["format"] = .string(format)
        settings["output_file_extension"] = nil
        #expect(try jobType.tasks(settings).allSatisfy { $0.name.hasPrefix("render-") })
    }

    @Test("a format that is a video is one task, and its frames have no gaps")
    func movie() throws {
        var settings = exampleSettings
        settings["images_or_video"] = "video"
        settings["format"] = "FFMPEG"
        settings["output_file_extension"] = ".mkv"
        let tasks = try jobType.tasks(settings)
        #expect(tasks.map(\.name) == ["render-1-10"])
        #expect(
            tasks[0].commands[0].arguments == [
                "--render-output", "/render/sf/frames/scene123", "--render-format", "FFMPEG", "--frame-start", "1",
                "--frame-end", "10", "--render-anim",
            ])
        settings["frames"] = "1-3,5"
        #expect(
            jobType.problem(settings)
                == "setting \"frames\": expected frames without gaps, because they form one video, found \"1-3,5\"")
        settings["images_or_video"] = "images"
        #expect(jobType.problem(settings)?.contains("because images are rendered") == true)
    }

    @Test(
        "formats are spelled as Blender's command line wants them, which takes others for none",
        arguments: [("TARGA", "TGA"), ("TARGA_RAW", "RAWTGA"), ("JPEG2000", "JP2"), ("WEBP", "WEBP")])
    func spellings(python: String, argument: String) throws {
        var settings = exampleSettings
        settings["format"] = .string(python)
        settings["output_file_extension"] = nil
        #expect(try jobType.tasks(settings)[0].commands[0].arguments[3] == argument)
        settings["format"] = "GIF"
        #expect(jobType.problem(settings) == nil)
        #expect(
            jobType.warnings(settings).first?.hasPrefix("setting \"format\": expected one of Blender's formats (PNG, ")
                == true)
    }
}
