public import FlamencoAPI
public import FoundationEssentials

/// A job that renders the frames of a blend file, and makes a preview video from them.
///
/// The settings of Flamenco 3, those of the manager of March 2022, and those of the contract's example are accepted,
/// with either API.
public struct SimpleBlenderRender: JobType {
    /// The name that jobs refer to.
    public let name = "simple-blender-render"
    /// The name shown to users.
    public let label = "Simple Blender Render"
    /// What jobs of the type do.
    public let description = "Renders the frames of a blend file, and makes a preview video from them."
    private let timeZone: TimeZone?

    /// Creates the job type.
    ///
    /// - Parameter timeZone: the time zone for times of submission in paths; if nil, that of this machine.
    public init(timeZone: TimeZone? = nil) { self.timeZone = timeZone }

    /// Returns the settings.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] {
        (dialect == .v3 ? RenderSettings.flamenco3 : .march2022).definitions
    }

    /// Returns the settings, in the spelling of the submitted ones.
    public func settings(for submitted: JobSettings) -> [AvailableJobSetting] {
        RenderSettings(of: submitted).definitions
    }

    /// Returns the settings with the output path of the frames.
    public func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings {
        var values = settings.values
        if case .string(let path) = values["render_output_path"] {
            values["render_output_path"] = .string(RenderJob.resolve(path, at: time, in: timeZone ?? .local(at: time)))
        }
        return values
    }

    /// Returns warnings about a blend file that workers cannot find, a format that Blender does not know, and an
    /// extension that does not match the format.
    public func warnings(_ settings: CheckedSettings) -> [SettingError] {
        if case .string(let path) = settings.values["blendfile"], !path.isAbsolutePath {
            return [settings.problem(with: "blendfile", expected: "the absolute path of a file")]
                + formatWarnings(settings)
        }
        return formatWarnings(settings)
    }

    private func formatWarnings(_ settings: CheckedSettings) -> [SettingError] {
        guard let name = try? settings.string("format") else { return [] }
        guard let format = BlenderFormat(named: name) else {
            let known = BlenderFormat.all.map(\.argument).joined(separator: ", ")
            return [settings.problem(with: "format", expected: "one of Blender's formats (\(known))")]
        }
        guard format.kind != .movie, let given = settings.submittedExtension, given != format.fileExtension else {
            return []
        }
        let key = settings.values["image_file_extension"] == nil ? "output_file_extension" : "image_file_extension"
        return [
            settings.problem(
                with: key,
                expected: "\(JSONText.quoted(format.fileExtension)), which Blender uses for \(format.argument) files")
        ]
    }

    /// Compiles to tasks that render a chunk each, and one that makes the preview video after all of them.
    ///
    /// A preview is made for formats that are meant for viewing, or have a JPEG preview. A video format is rendered by
    /// one task, because a video cannot be assembled from chunks, and needs no preview.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError) {
        let job = try RenderJob(settings, submittedAt: time, in: timeZone ?? .local(at: time))
        let output = RenderCommand(job: job)
        if job.format.kind == .movie {
            guard let run = job.frames.runs.first, job.frames.runs.count == 1 else {
                throw settings.problem(with: "frames", expected: "frames without gaps, because they form one video")
            }
            return try tasks.append(
                TaskBlueprint(name: "render-\(job.frames)", type: "blender", commands: [output.movie(run)]))
        }

        try tasks.expect(1 + (job.frames.count - 1) / job.chunkSize)
        for chunk in job.frames.chunks(of: job.chunkSize) {
            try tasks.append(TaskBlueprint(name: "render-\(chunk)", type: "blender", commands: [output.frames(chunk)]))
        }
        guard let preview = PreviewVideo(job) else { return }
        if preview.hasSound {
            try tasks.append(
                TaskBlueprint(
                    name: "extract-audio", type: "blender",
                    commands: [output.sound(of: job.frames, to: preview.soundFile)]))
        }
        try tasks.append(
            TaskBlueprint(
                name: "preview-video", type: "ffmpeg", commands: [preview.command],
                dependencies: Array(tasks.tasks.indices)))
    }
}
