import FlamencoAPI
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
    private let jobType = SimpleBlenderRender()

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
                    "--render-output", "{jobs}/frames/2022-03-15_113104/######", "--render-format", "PNG",
                    "--render-frame", "4..6",
                ],
            ])
        let video = tasks[4].commands[0]
        #expect(video.parameters["exe"] == "ffmpeg")
        #expect(video.parameters["fps"] == 23.976)
        #expect(
            video.parameters["inputGlob"] == "{jobs}/frames/2022-03-15_113104/{00000[1-9],000010}.png")
        #expect(video.parameters["outputFile"] == "{jobs}/frames/2022-03-15_113104/scene123-1-10.mp4")
    }

    @Test("a scene is chosen first of all that follows on the blend file")
    func scene() throws {
        let command = try jobType.tasks(settings(["scene": "Second"]))[0].commands[0]
        #expect(command.parameters["argsBefore"] == [])
        #expect(command.arguments.prefix(3) == ["--scene", "Second", "--render-output"])
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

    @Test(
        "what is wrong is said in the words of the settings that were given",
        arguments: [
            (
                ["filepath": "/a.blend"],
                "setting “add_path_components”: it belongs to the settings of Flamenco 3, but “filepath” to those of the API of "
                    + "2022; a job has one or the other"
            ),
            (
                ["blendfile": .null],
                "setting “blendfile”: expected the absolute path of a file, found nothing: it is required"
            ),
            (
                ["render_output_path": nil],
                "setting “render_output_path”: expected an absolute path, in whose last part hash signs stand for the "
                    + "frame number, found nothing: it is required"
            ),
            (
                ["scen": "x"],
                "setting “scen”: job type simple-blender-render has no such setting; did you mean “scene”?"
            ),
            (
                ["image_file_extension": ".jpg"],
                "setting “image_file_extension”: expected \".png\", which Blender gives to PNG files, found \".jpg\""
            ),
            (
                ["add_path_components": 33],
                "setting “add_path_components”: expected a whole number from 0 to 32, found 33"
            ),
        ] as [([String: JSONValue?], String)])
    func problems(changes: [String: JSONValue?], words: String) {
        #expect(jobType.problem(settings(changes.mapValues { $0 ?? .null })) == words)
    }

    @Test("submitters see the settings of their dialect, and each has what it needs to be shown")
    func listed() {
        #expect(
            jobType.settings(in: .v3).map(\.key) == [
                "frames", "chunk_size", "render_output_root", "add_path_components", "render_output_path", "blendfile",
                "fps", "format", "image_file_extension", "has_previews", "scene",
            ])
        #expect(jobType.settings(in: .v2022).map(\.key).prefix(3) == ["blender_cmd", "filepath", "render_output"])
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
