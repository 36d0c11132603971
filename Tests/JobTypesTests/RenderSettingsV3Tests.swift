import FlamencoAPI
import FoundationEssentials
import JobTypes
import Testing

/// The same job as the contract's example, as submitters of Flamenco 3 say it.
private let v3Settings: JobSettings = [
    "blendfile": "{jobs}/scene123.blend", "render_output_root": "/render", "add_path_components": 1,
    "render_output_path": "{jobs}/frames/{timestamp}/######", "frames": "1-10", "chunk_size": 3, "fps": 23.976,
    "format": "PNG", "image_file_extension": ".png", "has_previews": false, "scene": "",
]

@Suite("simple-blender-render with the settings of Flamenco 3")
struct RenderSettingsV3Tests {
    private let jobType = SimpleBlenderRender(timeZone: .gmt)

    private func settings(_ changes: JobSettings) -> JobSettings { v3Settings.merging(changes) { $1 } }

    @Test("the commands are those that workers of Flamenco 3 know")
    func commands() throws {
        let tasks = try jobType.tasks(v3Settings)
        #expect(tasks.map(\.name) == ["render-1-3", "render-4-6", "render-7-9", "render-10", "preview-video"])
        #expect(tasks.map { $0.commands.map(\.totalStepCount) } == [[3], [3], [3], [1], [0]])
        #expect(
            tasks[1].commands[0].parameters == [
                "exe": "{blender}", "exeArgs": "{blenderArgs}", "argsBefore": [],
                "blendfile": "{jobs}/scene123.blend",
                "args": [
                    "--python-expr", .string(tasks[1].commands[0].arguments[1]),
                    "--render-output", "{jobs}/frames/2022-03-15_113104/######", "--render-format", "PNG",
                    "--render-frame", "4..6",
                ],
            ])
        let expression = tasks[1].commands[0].arguments[1]
        for assignment in ["use_file_extension = True", "use_overwrite = False", "use_placeholder = False"] {
            #expect(expression.contains("scene.render.\(assignment)"))
        }
        let video = tasks[4].commands[0]
        #expect(video.parameters["exe"] == "ffmpeg")
        #expect(video.parameters["fps"] == 23.976)
        #expect(video.parameters["inputGlob"] == "{jobs}/frames/2022-03-15_113104/*.png")
        #expect(video.parameters["outputFile"] == "{jobs}/frames/2022-03-15_113104/scene123-1-10.mp4")
    }

    @Test("a scene is chosen first of all that follows on the blend file")
    func scene() throws {
        let command = try jobType.tasks(settings(["scene": "Second"]))[0].commands[0]
        #expect(command.parameters["argsBefore"] == [])
        #expect(command.arguments.prefix(3) == ["--scene", "Second", "--python-expr"])
    }

    @Test(
        "images that are none to look at have a video if Blender writes JPEGs beside them",
        arguments: [
            ("OPEN_EXR", ".exr", true, ".jpg"), ("OPEN_EXR_MULTILAYER", ".exr", true, ".jpg"),
            ("OPEN_EXR", ".exr", false, nil), ("HDR", ".hdr", true, nil), ("PNG", ".png", true, ".png"),
        ] as [(String, String, Bool, String?)])
    func previews(format: String, fileExtension: String, hasPreviews: Bool, source: String?) throws {
        let tasks = try jobType.tasks(
            settings([
                "format": .string(format), "image_file_extension": .string(fileExtension),
                "has_previews": .bool(hasPreviews),
            ]))
        let glob = tasks.last?.commands.first?.parameters["inputGlob"]?.stringValue
        #expect(glob.map { String($0.suffix(4)) } == source)
    }

    @Test("the video of a list of frames is named after the blend file and the list")
    func videoName() throws {
        let changes: JobSettings = ["frames": "1,4-7", "render_output_path": "/out/pic_####"]
        let video = try jobType.tasks(settings(changes)).last?.commands.first
        #expect(video?.parameters["outputFile"] == "/out/scene123-1,4-7.mp4")
        #expect(video?.parameters["inputGlob"] == "/out/pic_*.png")
    }

    @Test("without frames per second there is no video", arguments: [0, -1, .null, "0", false] as [JSONValue])
    func noVideo(rate: JSONValue) throws {
        #expect(try jobType.tasks(settings(["fps": rate])).allSatisfy { $0.type == "blender" })
    }

    @Test("{timestamp} is the time where the manager is, in the commands and in the settings that the job keeps")
    func localTime() throws {
        let zone = try #require(TimeZone(secondsFromGMT: 7200))
        let jobType = SimpleBlenderRender(timeZone: zone)
        let path = try jobType.tasks(v3Settings)[0].commands[0].arguments[3]
        #expect(path == "{jobs}/frames/2022-03-15_133104/######")
        let kept = jobType.kept(
            CheckedSettings(v3Settings, for: jobType), submittedAt: Date(timeIntervalSince1970: 1_647_343_864))
        #expect(kept["render_output_path"] == .string(path))
    }

    @Test(
        "what Flamenco takes is taken, with a warning",
        arguments: [
            (
                "scen", "x",
                "setting \"scen\": job type simple-blender-render has no such setting; did you mean \"scene\"?"
            ),
            (
                "image_file_extension", ".jpg",
                "setting \"image_file_extension\": expected \".png\", which Blender uses for PNG files, found \".jpg\""
            ),
            (
                "add_path_components", 33,
                "setting \"add_path_components\": expected a whole number from 0 to 32, found 33"
            ),
            ("blendfile", .null, "setting \"blendfile\": expected a string, found nothing: it is required"),
            ("blendfile", "a.blend", "setting \"blendfile\": expected the absolute path of a file, found \"a.blend\""),
            (
                "render_output_root", "",
                "setting \"render_output_root\": expected the absolute path of a folder, found \"\""
            ),
        ] as [(String, JSONValue, String)])
    func warnings(key: String, value: JSONValue, words: String) {
        #expect(jobType.problem(settings([key: value])) == nil)
        #expect(jobType.warnings(settings([key: value])) == [words])
    }

    @Test("a format that is a video is refused, and so is a job that does not know where its frames go")
    func refused() {
        #expect(
            jobType.problem(settings(["format": "FFMPEG"]))?.hasSuffix(
                "because images are rendered, found \"FFMPEG\"")
                == true)
        #expect(
            jobType.problem(settings(["render_output_path": .null]))
                == "setting \"render_output_path\": expected a string, found nothing")
    }

    @Test("the settings of March 2022 are taken too")
    func march2022() throws {
        let march: JobSettings = [
            "frames": "1-5", "chunk_size": 2, "render_output_root": "/r", "add_path_components": 0,
            "render_output_path": "/r/shot/######.png", "blender_cmd": "{blender}", "blendfile": "/shot.blend",
            "fps": 25, "images_or_video": "images", "format": "PNG", "image_file_extension": ".png",
            "video_container_format": "MPEG4",
        ]
        #expect(jobType.warnings(march).isEmpty)
        let tasks = try jobType.tasks(march)
        #expect(tasks.map(\.name) == ["render-1-2", "render-3-4", "render-5", "preview-video"])
        #expect(tasks[0].commands[0].arguments.first == "--render-output")
        #expect(tasks[3].commands[0].parameters["inputGlob"] == "/r/shot/*.png")
    }

    @Test("submitters see the settings of their dialect, and each has what it needs to be shown")
    func listed() {
        #expect(
            jobType.settings(in: .v3).map(\.key) == [
                "frames", "chunk_size", "render_output_root", "add_path_components", "render_output_path", "blendfile",
                "fps", "format", "image_file_extension", "has_previews", "scene",
            ])
        #expect(
            jobType.settings(in: .v2022).map(\.key) == [
                "chunk_size", "frames", "render_output_root", "add_path_components", "render_output_path",
                "blender_cmd", "blendfile", "fps", "images_or_video", "format", "image_file_extension",
                "video_container_format",
            ])
        let rate = jobType.settings(in: .v3).first { $0.key == "fps" }
        #expect(rate?.visible == .hidden && rate?.eval == "C.scene.render.fps / C.scene.render.fps_base")
        #expect(jobType.settings(in: .v3).allSatisfy { $0.label?.isEmpty == false })
    }

    @Test("the version of a job type is the same until its definition is another one")
    func version() {
        #expect(jobType.etag == SimpleBlenderRender().etag)
        #expect(jobType.etag.utf8.count == 16)
        let types = JobTypeRegistry.builtin.available(in: .v3).jobTypes
        #expect(Set(types.map(\.etag)).count == types.count)
        #expect(Changed(hint: "a").etag == Changed(hint: "a").etag)
        #expect(Changed(hint: "a").etag != Changed(hint: "b").etag)
    }
}
