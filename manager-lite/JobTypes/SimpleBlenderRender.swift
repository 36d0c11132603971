public import FlamencoAPI
public import FoundationEssentials

/// A job that renders the frames of a blend file, and makes a video of them to look at.
///
/// The settings of Flamenco 3, those of the manager of March 2022, and those of the contract's example are understood,
/// whatever the API that they come by.
public struct SimpleBlenderRender: JobType {
    /// The name that jobs refer to.
    public let name = "simple-blender-render"
    /// The name that people see.
    public let label = "Simple Blender Render"
    /// What jobs of the type do.
    public let description = "Renders the frames of a blend file, and makes a preview video from them."
    private let timeZone: TimeZone?

    /// The job type.
    ///
    /// - Parameter timeZone: the time zone of the time of submission, which paths may have; nil is that of this machine.
    public init(timeZone: TimeZone? = nil) { self.timeZone = timeZone }

    /// What can be set.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] {
        (dialect == .v3 ? RenderSettings.flamenco3 : .march2022).definitions
    }

    /// What can be set, in the spelling that these settings have.
    public func settings(for submitted: JobSettings) -> [AvailableJobSetting] {
        RenderSettings(of: submitted).definitions
    }

    /// The settings with the path that the frames go to.
    public func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings {
        var values = settings.values
        if case .string(let path) = values["render_output_path"] {
            values["render_output_path"] = .string(RenderJob.resolve(path, at: time, in: timeZone ?? .local(at: time)))
        }
        return values
    }

    /// A blend file that workers cannot find, a format that Blender does not know, and an extension that it does not give
    /// to the format.
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

    /// Tasks that render a chunk each, and one that makes the preview video when all are done.
    ///
    /// There is a video of formats that are pictures to look at, or come with such. A format that is a video already is
    /// rendered by one task, since a video cannot be put together from chunks, and needs no preview.
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
