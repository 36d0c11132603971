import FlamencoAPI
import FoundationEssentials

/// What a job renders and how, independently of the spelling of its settings.
struct RenderJob {
    /// The spelling of the settings.
    let spelling: RenderSettings
    let blender: String
    let blendFile: String
    let scene: String?
    let renderOutput: String
    let frames: FrameRange
    let chunkSize: Int
    /// Nil if there is no video.
    let framesPerSecond: JSONValue?
    let format: BlenderFormat
    /// Whether the video includes the scene's sound.
    let wantsSound: Bool
    /// The extension of images that a video can be made from; nil if there are none.
    let previewExtension: String?

    /// - Throws: ``SettingError`` if the settings cannot be compiled to tasks.
    init(_ settings: CheckedSettings, submittedAt time: Date, in timeZone: TimeZone) throws(SettingError) {
        spelling = RenderSettings(of: settings.values)
        frames = try FrameRange(setting: "frames", try settings.string("frames"))
        chunkSize = try settings.integer("chunk_size")
        guard chunkSize > 0 else { throw settings.problem(with: "chunk_size", expected: "a whole number, 1 or more") }
        framesPerSecond = settings.framesPerSecond
        switch spelling {
        case .example:
            blender = try settings.string("blender_cmd")
            blendFile = try settings.string("filepath")
            renderOutput = try settings.string("render_output")
            scene = nil
            wantsSound = try settings.bool("extract_audio")
            format = try settings.format(isVideo: settings.values["images_or_video"] == "video")
        case .march2022, .flamenco3:
            blender = (try? settings.string("blender_cmd")) ?? "{blender}"
            // As with Flamenco, it is only missed by the worker.
            blendFile = (try? settings.string("blendfile")) ?? ""
            renderOutput = Self.resolve(try settings.string("render_output_path"), at: time, in: timeZone)
            scene = (try? settings.string("scene")).flatMap { $0.isEmpty ? nil : $0 }
            wantsSound = false
            format = try settings.format(
                isVideo: spelling == .march2022 && settings.values["images_or_video"] == "video")
        }
        let hasPreviews = spelling == .flamenco3 && (try? settings.bool("has_previews")) == true && format.hasPreviews
        previewExtension = format.kind == .image ? format.fileExtension : hasPreviews ? ".jpg" : nil
    }

    /// Returns a path with the time instead of `{timestamp}`: `2022-03-15_113104`.
    static func resolve(_ path: String, at time: Date, in timeZone: TimeZone) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: timeZone)
            .year().month().day().time(includingFractionalSeconds: false).dateTimeSeparator(.space)
        let text = style.format(time).replacing(":", with: "").replacing(" ", with: "_")
        return path.replacing("{timestamp}", with: text)
    }
}

extension CheckedSettings {
    /// A number above 0, as submitted.
    fileprivate var framesPerSecond: JSONValue? {
        switch values["fps"] {
        case .integer(let number) where number > 0: .integer(number)
        case .number(let number) where number > 0: .number(number)
        case .string(let text): Double(text).flatMap { $0 > 0 ? .number($0) : nil }
        default: nil
        }
    }

    /// Returns the format, checked against the kind of output.
    fileprivate func format(isVideo: Bool) throws(SettingError) -> BlenderFormat {
        let name = try string("format")
        let format = BlenderFormat(named: name) ?? BlenderFormat(unknown: name, fileExtension: submittedExtension ?? "")
        if isVideo != (format.kind == .movie) {
            let fitting = BlenderFormat.all.filter { ($0.kind == .movie) == isVideo }.map(\.argument)
            throw problem(
                with: "format",
                expected: "one of \(fitting.joined(separator: ", ")), because "
                    + (isVideo ? "a video is" : "images are") + " rendered")
        }
        return format
    }

    /// The submitted extension of the images, including the dot.
    var submittedExtension: String? {
        let text = (values["image_file_extension"] ?? values["output_file_extension"])?.stringValue ?? ""
        return text.isEmpty ? nil : text.hasPrefix(".") ? text : "." + text
    }
}
