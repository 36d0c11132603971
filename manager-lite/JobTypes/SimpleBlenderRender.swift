public import FlamencoAPI
public import FoundationEssentials

/// A job that renders the frames of a blend file, and makes a video of them to look at.
///
/// The settings of 2022 and those of Flamenco 3 are understood, whatever the API that they come by.
public struct SimpleBlenderRender: JobType {
    /// The name that jobs refer to.
    public let name = "simple-blender-render"
    /// The name that people see.
    public let label = "Simple Blender Render"
    /// What jobs of the type do.
    public let description = "Renders the frames of a blend file, and makes a video of them."

    /// The job type.
    public init() {}

    /// What can be set.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] {
        switch dialect {
        case .v2022: Self.settings2022
        case .v3: Self.settingsV3
        }
    }

    /// The dialect whose settings these are, known by those that the other one does not have.
    public func dialect(of submitted: JobSettings) throws(SettingProblem) -> APIDialect {
        let given = submitted.filter { $0.value != .null }.keys.sorted()
        func first(of dialect: APIDialect, notOf other: APIDialect) -> String? {
            let known = Set(settings(in: dialect).map(\.key)).subtracting(settings(in: other).map(\.key))
            return given.first { known.contains($0) }
        }
        guard let old = first(of: .v2022, notOf: .v3) else { return .v3 }
        guard let new = first(of: .v3, notOf: .v2022) else { return .v2022 }
        throw SettingProblem(
            setting: new,
            problem: "it belongs to the settings of \(APIDialect.v3.name), but “\(old)” to those of "
                + "\(APIDialect.v2022.name); a job has one or the other")
    }

    /// Tasks that render a chunk each, and one that makes the preview video when all are done.
    ///
    /// There is a video of formats that are pictures to look at, or come with such. A format that is a video already is
    /// rendered by one task, since a video cannot be put together from chunks, and needs no preview.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingProblem) {
        let job = try RenderJob(settings, submittedAt: time)
        let output = RenderCommand(job: job)
        if job.format.kind == .movie {
            guard let run = job.frames.runs.first, job.frames.runs.count == 1 else {
                throw settings.problem(with: "frames", expected: "frames without gaps, since they go into one video")
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
