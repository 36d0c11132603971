import FlamencoAPI

/// The settings as submitters know them, in the words of this manager.
extension SimpleBlenderRender {
    static let settings2022 = [
        AvailableJobSetting(
            key: "blender_cmd", type: .string, description: "The Blender that renders.", default: "{blender}",
            visible: .hidden),
        AvailableJobSetting(
            key: "filepath", type: .string, subtype: .filePath, description: "The blend file to render.",
            eval: "bpy.data.filepath", visible: .hidden, required: true),
        AvailableJobSetting(
            key: "render_output", type: .string, subtype: .hashedFilePath,
            description: "Where the frames go: ###### stands for the frame number, which else goes to the end.",
            required: true),
        frames, chunkSize, framesPerSecond,
        AvailableJobSetting(
            key: "extract_audio", type: .bool,
            description: "Whether the preview video has the sound of the scene; only where no frame is left out.",
            default: false),
        AvailableJobSetting(
            key: "images_or_video", type: .string, choices: ["images", "video"],
            description: "Whether Blender writes an image for each frame, or one video, which a single task renders.",
            default: "images", visible: .hidden),
        format,
        AvailableJobSetting(
            key: "output_file_extension", type: .string,
            description: "The extension of what Blender writes, as in .png; follows from the format.",
            eval: "C.scene.render.file_extension", visible: .hidden),
    ]

    static let settingsV3 = [
        frames, chunkSize,
        AvailableJobSetting(
            key: "render_output_root", type: .string, subtype: .dirPath, label: "Output Root",
            description: "The folder below which the job gets a folder of its own for what it renders.",
            visible: .submission),
        AvailableJobSetting(
            key: "add_path_components", type: .int32, propargs: ["min": 0, "max": 32],
            label: "Folders of the Blend File",
            description: "How many of the folders that the blend file is in are repeated below the output root.",
            default: 0, visible: .submission),
        AvailableJobSetting(
            key: "render_output_path", type: .string, subtype: .hashedFilePath, label: "Output Path",
            description: "Where the frames go: ###### stands for the frame number, which else goes to the end, and "
                + "{timestamp} for the time of submission in UTC, as in 2022-03-15_113104.",
            eval: "str(Path(abspath(settings.render_output_root)) / last_n_dir_parts(settings.add_path_components)"
                + " / jobname / '{timestamp}' / '######')",
            required: true, editable: false),
        AvailableJobSetting(
            key: "blendfile", type: .string, subtype: .filePath, label: "Blend File",
            description: "The blend file to render.", eval: "bpy.data.filepath", visible: .web, required: true),
        framesPerSecond, format,
        AvailableJobSetting(
            key: "image_file_extension", type: .string, label: "File Extension",
            description: "The extension of what Blender writes, as in .png; follows from the format.",
            eval: "C.scene.render.file_extension", visible: .hidden),
        AvailableJobSetting(
            key: "has_previews", type: .bool, label: "Has Previews",
            description: "Whether Blender writes a JPEG beside each EXR image; the preview video is made of those.",
            default: false, eval: "C.scene.render.image_settings.use_preview", visible: .hidden),
        AvailableJobSetting(
            key: "scene", type: .string, label: "Scene",
            description: "The scene to render; when empty, the one that the blend file was saved with.", default: "",
            eval: "C.scene.name", visible: .web),
    ]

    // MARK: In both

    private static let frames = AvailableJobSetting(
        key: "frames", type: .string, label: "Frames", description: "The frames to render: 1-10, or 1,4-7,12.",
        eval: "f'{C.scene.frame_start}-{C.scene.frame_end}'",
        evalInfo: AvailableJobSettingEvalInfo(showLinkButton: true, description: "The frames of the scene."),
        required: true)

    private static let chunkSize = AvailableJobSetting(
        key: "chunk_size", type: .int32, propargs: ["min": 1], label: "Chunk Size",
        description: "How many frames one task renders.", default: 1)

    private static let framesPerSecond = AvailableJobSetting(
        key: "fps", type: .float, propargs: ["min": 0.01, "max": 1000], label: "Frames per Second",
        description: "The frames per second of the preview video.", default: 24,
        eval: "C.scene.render.fps / C.scene.render.fps_base")

    private static let format = AvailableJobSetting(
        key: "format", type: .string, label: "Format", description: "The format of what Blender writes, as in PNG.",
        default: "PNG", eval: "C.scene.render.image_settings.file_format", visible: .hidden)
}
