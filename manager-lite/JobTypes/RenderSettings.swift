import FlamencoAPI

/// The spellings of the settings of simple-blender-render.
enum RenderSettings {
    /// The contract's example.
    case example
    /// The manager of March 2022.
    case march2022
    /// Flamenco 3.9.
    case flamenco3

    /// Determines the spelling of settings by those that the others do not have.
    init(of submitted: JobSettings) {
        let given = Set(submitted.filter { $0.value != .null }.keys)
        if !given.isDisjoint(with: ["filepath", "render_output", "extract_audio", "output_file_extension"]) {
            self = .example
        } else if !given.isDisjoint(with: ["blender_cmd", "images_or_video", "video_container_format"]) {
            self = .march2022
        } else {
            self = .flamenco3
        }
    }

    /// The settings.
    var definitions: [AvailableJobSetting] {
        switch self {
        case .example: Self.exampleSettings
        case .march2022: Self.march2022Settings
        case .flamenco3: Self.flamenco3Settings
        }
    }

    private static let exampleSettings = [
        AvailableJobSetting(
            key: "blender_cmd", type: .string, description: "The Blender executable to render with.",
            default: "{blender}",
            visible: .hidden),
        AvailableJobSetting(
            key: "filepath", type: .string, subtype: .filePath, description: "The blend file to render.",
            eval: "bpy.data.filepath", visible: .hidden, required: true),
        AvailableJobSetting(
            key: "render_output", type: .string, subtype: .hashedFilePath,
            description: "Path of the frames: ###### is replaced with the frame number, which is otherwise appended.",
            required: true),
        frames, chunkSize, framesPerSecond,
        AvailableJobSetting(
            key: "extract_audio", type: .bool,
            description: "Whether the preview video includes the scene's sound; requires frames without gaps.",
            default: false),
        AvailableJobSetting(
            key: "images_or_video", type: .string, choices: ["images", "video"],
            description: "Whether Blender writes an image for each frame, or a single video, rendered by one task.",
            default: "images", visible: .hidden),
        format,
        AvailableJobSetting(
            key: "output_file_extension", type: .string,
            description: "The file extension of Blender's output, for example .png; derived from the format.",
            eval: "C.scene.render.file_extension", visible: .hidden),
    ]

    private static let march2022Settings = [
        chunkSize, frames, outputRoot, pathComponents, outputPath,
        AvailableJobSetting(
            key: "blender_cmd", type: .string, description: "The Blender executable to render with.",
            default: "{blender}",
            visible: .hidden),
        blendFile(visible: .hidden), sceneRate,
        AvailableJobSetting(
            key: "images_or_video", type: .string, choices: ["images", "video"],
            description: "Whether Blender writes an image for each frame, or a single video, rendered by one task.",
            eval: "'video' if C.scene.render.is_movie_format else 'images'", visible: .hidden, required: true),
        sceneFormat(visible: .hidden), imageExtension,
        AvailableJobSetting(
            key: "video_container_format", type: .string,
            description: "The container format if Blender writes a video, for example MPEG4.",
            eval: "C.scene.render.ffmpeg.format", visible: .hidden, required: true),
    ]

    private static let flamenco3Settings = [
        frames,
        {
            var setting = chunkSize
            setting.visible = .submission
            return setting
        }(),
        outputRoot, pathComponents, outputPath, blendFile(visible: .web), sceneRate, sceneFormat(visible: .web),
        imageExtension,
        AvailableJobSetting(
            key: "has_previews", type: .bool, label: "Has Previews",
            description: "Whether Blender writes a JPEG beside each EXR image; the preview video is made from these.",
            eval: "C.scene.render.image_settings.use_preview", visible: .hidden, required: false),
        AvailableJobSetting(
            key: "scene", type: .string, label: "Scene",
            description: "The scene to render; if empty, the active scene of the blend file.",
            eval: "C.scene.name", visible: .web, required: true),
    ]

    // MARK: In several spellings

    private static let frames = AvailableJobSetting(
        key: "frames", type: .string, label: "Frames",
        description: "The frames to render, for example 1-10 or 1,4-7,12.",
        eval: "f'{C.scene.frame_start}-{C.scene.frame_end}'",
        evalInfo: AvailableJobSettingEvalInfo(showLinkButton: true, description: "The frames of the scene."),
        required: true)

    private static let chunkSize = AvailableJobSetting(
        key: "chunk_size", type: .int32, propargs: ["min": 1], label: "Chunk Size",
        description: "Number of frames that each task renders.", default: 1)

    private static let outputRoot = AvailableJobSetting(
        key: "render_output_root", type: .string, subtype: .dirPath, label: "Output Root",
        description: "The folder in which a folder for the job's output is created.",
        visible: .submission, required: true)

    private static let pathComponents = AvailableJobSetting(
        key: "add_path_components", type: .int32, propargs: ["min": 0, "max": 32], label: "Folders of the Blend File",
        description: "Number of parent folders of the blend file to repeat below the output root.",
        default: 0, visible: .submission, required: true)

    private static let outputPath = AvailableJobSetting(
        key: "render_output_path", type: .string, subtype: .filePath, label: "Output Path",
        description: "Path of the frames: ###### is replaced with the frame number, which is otherwise appended, and "
            + "{timestamp} with the manager's local time at submission, for example 2022-03-15_113104.",
        eval: "str(Path(abspath(settings.render_output_root)) / last_n_dir_parts(settings.add_path_components)"
            + " / jobname / '{timestamp}' / '######')",
        editable: false)

    private static let sceneRate = AvailableJobSetting(
        key: "fps", type: .float, label: "Frames per Second",
        description: "The frames per second of the preview video; if not set, none is made.",
        eval: "C.scene.render.fps / C.scene.render.fps_base", visible: .hidden)

    private static let imageExtension = AvailableJobSetting(
        key: "image_file_extension", type: .string, label: "File Extension",
        description: "The file extension of Blender's output, for example .png; derived from the format.",
        eval: "C.scene.render.file_extension", visible: .hidden, required: true)

    private static func blendFile(visible: AvailableJobSettingVisibility) -> AvailableJobSetting {
        AvailableJobSetting(
            key: "blendfile", type: .string, label: "Blend File", description: "The blend file to render.",
            visible: visible, required: true)
    }

    private static func sceneFormat(visible: AvailableJobSettingVisibility) -> AvailableJobSetting {
        AvailableJobSetting(
            key: "format", type: .string, label: "Format",
            description: "The format of Blender's output, for example PNG.",
            eval: "C.scene.render.image_settings.file_format", visible: visible, required: true)
    }

    // MARK: In the example alone

    private static let framesPerSecond = AvailableJobSetting(
        key: "fps", type: .float, propargs: ["min": 0.01, "max": 1000], label: "Frames per Second",
        description: "The frames per second of the preview video.", default: 24,
        eval: "C.scene.render.fps / C.scene.render.fps_base")

    private static let format = AvailableJobSetting(
        key: "format", type: .string, label: "Format", description: "The format of Blender's output, for example PNG.",
        default: "PNG", eval: "C.scene.render.image_settings.file_format", visible: .hidden)
}
