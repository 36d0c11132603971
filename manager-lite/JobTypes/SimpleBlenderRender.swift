public import FlamencoAPI

/// A job that renders the frames of a blend file, and makes a video of them to look at.
public struct SimpleBlenderRender: JobType {
    /// The name that jobs refer to.
    public let name = "simple-blender-render"
    /// The name that people see.
    public let label = "Simple Blender Render"
    /// What can be set.
    public let settings = [
        AvailableJobSetting(
            key: "blender_cmd", type: .string, description: "The Blender that renders.", default: "{blender}",
            visible: false),
        AvailableJobSetting(
            key: "filepath", type: .string, subtype: .filePath, description: "The blend file to render.",
            eval: "bpy.data.filepath", visible: false, required: true),
        AvailableJobSetting(
            key: "render_output", type: .string, subtype: .hashedFilePath,
            description: "Where the frames go: ###### stands for the frame number, which else goes to the end.",
            required: true),
        AvailableJobSetting(
            key: "frames", type: .string, description: "The frames to render: 1-10, or 1,4-7,12.",
            eval: "f'{C.scene.frame_start}-{C.scene.frame_end}'", required: true),
        AvailableJobSetting(
            key: "chunk_size", type: .int32, propargs: ["min": 1],
            description: "How many frames one task renders.", default: 1),
        AvailableJobSetting(
            key: "fps", type: .float, propargs: ["min": 0.01, "max": 1000],
            description: "The frames per second of the preview video.", default: 24,
            eval: "C.scene.render.fps / C.scene.render.fps_base"),
        AvailableJobSetting(
            key: "extract_audio", type: .bool,
            description: "Whether the preview video has the sound of the scene; only where no frame is left out.",
            default: false),
        AvailableJobSetting(
            key: "images_or_video", type: .string, choices: ["images", "video"],
            description: "Whether Blender writes an image for each frame, or one video, which a single task renders.",
            default: "images", visible: false),
        AvailableJobSetting(
            key: "format", type: .string, description: "The format of what Blender writes, as in PNG.", default: "PNG",
            eval: "C.scene.render.image_settings.file_format", visible: false),
        AvailableJobSetting(
            key: "output_file_extension", type: .string,
            description: "The extension of what Blender writes, as in .png; follows from the format.",
            eval: "C.scene.render.file_extension", visible: false),
    ]

    /// The job type.
    public init() {}

    /// Tasks that render a chunk each, and one that makes the preview video when all are done.
    ///
    /// There is a video of formats that are pictures to look at. A format that is a video already is rendered by one task,
    /// since a video cannot be put together from chunks, and needs no preview.
    public func compile(_ settings: CheckedSettings) throws(SettingProblem) -> [TaskBlueprint] {
        let format = try format(settings)
        let frames = try FrameRange(setting: "frames", try settings.string("frames"))
        if format.kind == .movie { return [try movieTask(settings, frames)] }

        let output = RenderCommand(settings: settings, format: format)
        var tasks: [TaskBlueprint] = []
        for chunk in frames.chunks(of: try settings.integer("chunk_size")) {
            tasks.append(
                TaskBlueprint(
                    name: "render-\(chunk)", type: "blender", commands: [try output.frames(chunk)]))
        }
        guard format.kind == .image else { return tasks }
        let preview = try PreviewVideo(settings: settings, format: format, frames: frames)
        if preview.hasSound {
            tasks.append(
                TaskBlueprint(
                    name: "extract-audio", type: "blender",
                    commands: [try output.sound(of: frames, to: preview.soundFile)]))
        }
        return tasks + [
            TaskBlueprint(
                name: "preview-video", type: "ffmpeg", commands: [preview.command],
                dependencies: Array(tasks.indices))
        ]
    }

    private func movieTask(_ settings: CheckedSettings, _ frames: FrameRange) throws(SettingProblem) -> TaskBlueprint {
        guard let run = frames.runs.first, frames.runs.count == 1 else {
            throw settings.problem(with: "frames", expected: "frames without gaps, since they go into one video")
        }
        return TaskBlueprint(
            name: "render-\(frames)", type: "blender",
            commands: [try RenderCommand(settings: settings, format: try format(settings)).movie(run)])
    }

    private func format(_ settings: CheckedSettings) throws(SettingProblem) -> BlenderFormat {
        guard let format = BlenderFormat(named: try settings.string("format")) else {
            let known = BlenderFormat.all.map(\.argument).joined(separator: ", ")
            throw settings.problem(with: "format", expected: "one of Blender's formats (\(known))")
        }
        let isVideo = try settings.string("images_or_video") == "video"
        guard isVideo == (format.kind == .movie) else {
            let fitting = BlenderFormat.all.filter { ($0.kind == .movie) == isVideo }.map(\.argument)
            throw settings.problem(
                with: "format",
                expected: "one of \(fitting.joined(separator: ", ")), since images_or_video is "
                    + (isVideo ? "“video”" : "“images”"))
        }
        if let given = settings.values["output_file_extension"]?.stringValue, !given.isEmpty, format.kind != .movie {
            guard (given.hasPrefix(".") ? given : "." + given) == format.fileExtension else {
                throw settings.problem(
                    with: "output_file_extension",
                    expected:
                        "\(JSONText.quoted(format.fileExtension)), which Blender gives to \(format.argument) files")
            }
        }
        return format
    }
}
