import FlamencoAPI
import FoundationEssentials

/// What a job renders and how, whichever settings it was told by.
struct RenderJob {
    /// The API whose settings and parameters the job has.
    let dialect: APIDialect
    let blender: String
    let blendFile: String
    let scene: String?
    let renderOutput: String
    let frames: FrameRange
    let chunkSize: Int
    let framesPerSecond: JSONValue
    let format: BlenderFormat
    /// Whether the video is to have the sound of the scene.
    let wantsSound: Bool
    /// The extension of the images that a video can be made of; absent when there are none.
    let previewExtension: String?

    /// - Throws: ``SettingProblem`` when the settings make no sense together.
    init(_ settings: CheckedSettings, submittedAt time: Date) throws(SettingProblem) {
        dialect = settings.dialect
        frames = try FrameRange(setting: "frames", try settings.string("frames"))
        chunkSize = try settings.integer("chunk_size")
        framesPerSecond = settings.values["fps"] ?? 24
        switch settings.dialect {
        case .v2022:
            blender = try settings.string("blender_cmd")
            blendFile = try settings.string("filepath")
            renderOutput = try settings.string("render_output")
            scene = nil
            wantsSound = try settings.bool("extract_audio")
            let isVideo = try settings.string("images_or_video") == "video"
            format = try settings.format(extensionIn: "output_file_extension", isVideo: isVideo)
            previewExtension = format.kind == .image ? format.fileExtension : nil
        case .v3:
            blender = "{blender}"
            blendFile = try settings.string("blendfile")
            renderOutput = try settings.string("render_output_path")
                .replacing("{timestamp}", with: Self.timestamp(time))
            let scene = try settings.string("scene")
            self.scene = scene.isEmpty ? nil : scene
            wantsSound = false
            format = try settings.format(extensionIn: "image_file_extension")
            let hasPreviews = try settings.bool("has_previews") && format.hasPreviews
            previewExtension = format.kind == .image ? format.fileExtension : hasPreviews ? ".jpg" : nil
        }
    }

    /// `2022-03-15_113104`, in UTC: the same wherever the manager runs.
    private static func timestamp(_ time: Date) -> String {
        Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeSeparator: .omitted, timeZone: .gmt)
            .format(time).replacing(" ", with: "_").replacing("Z", with: "")
    }
}

extension CheckedSettings {
    /// The format, checked against the extension that a setting says it has, and against what is to be written.
    fileprivate func format(
        extensionIn extensionKey: String, isVideo: Bool? = nil
    ) throws(SettingProblem) -> BlenderFormat {
        guard let format = BlenderFormat(named: try string("format")) else {
            let known = BlenderFormat.all.map(\.argument).joined(separator: ", ")
            throw problem(with: "format", expected: "one of Blender's formats (\(known))")
        }
        if let isVideo, isVideo != (format.kind == .movie) {
            let fitting = BlenderFormat.all.filter { ($0.kind == .movie) == isVideo }.map(\.argument)
            throw problem(
                with: "format",
                expected: "one of \(fitting.joined(separator: ", ")), since images_or_video is "
                    + (isVideo ? "“video”" : "“images”"))
        }
        if let given = values[extensionKey]?.stringValue, !given.isEmpty, format.kind != .movie {
            guard (given.hasPrefix(".") ? given : "." + given) == format.fileExtension else {
                throw problem(
                    with: extensionKey,
                    expected:
                        "\(JSONText.quoted(format.fileExtension)), which Blender gives to \(format.argument) files")
            }
        }
        return format
    }
}
