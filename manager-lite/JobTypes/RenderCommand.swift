import FlamencoAPI

/// Creates the `blender-render` commands of a job: Blender's command line, in the order in which Blender processes it.
struct RenderCommand {
    let job: RenderJob

    /// Returns the command that renders an image for each frame.
    func frames(_ frames: FrameRange) -> Command {
        command(
            ["--render-output", .string(job.renderOutput), "--render-format", .string(job.format.argument)]
                + ["--render-frame", .string(frames.blenderNotation)], steps: frames.count)
    }

    /// Returns the command that renders the frames into one file.
    func movie(_ frames: ClosedRange<Int>) -> Command {
        command(
            ["--render-output", .string(job.renderOutput), "--render-format", .string(job.format.argument)]
                + Self.bounds(frames) + ["--render-anim"], steps: frames.count)
    }

    /// Returns the command that writes the sound of the scene, or silence, between the first and the last frame.
    func sound(of frames: FrameRange, to file: String) -> Command {
        // The path is passed as an argument, so that nothing in it is interpreted as Python.
        let script = "import bpy, sys; bpy.ops.sound.mixdown(filepath=sys.argv[-1], container='FLAC', codec='FLAC')"
        return command(
            frames.runs.flatMap(Self.bounds) + ["--python-exit-code", "1", "--python-expr", .string(script), "--"]
                + [.string(file)])
    }

    private static func bounds(_ frames: ClosedRange<Int>) -> [JSONValue] {
        [
            "--frame-start", .string(String(frames.lowerBound)), "--frame-end", .string(String(frames.upperBound)),
        ]
    }

    /// Files get the extension of their format, and a task that is run again skips existing frames; placeholders would
    /// look like these.
    private static let outputSettings = """
        import bpy
        for scene in bpy.data.scenes:
            scene.render.use_file_extension = True
            scene.render.use_overwrite = False
            scene.render.use_placeholder = False
        """

    private func command(_ arguments: [JSONValue], steps: Int = 0) -> Command {
        // The scene must be chosen before other options, and after the file that contains it was opened.
        var start: [JSONValue] = job.scene.map { ["--scene", .string($0)] } ?? []
        if job.spelling == .flamenco3 { start += ["--python-expr", .string(Self.outputSettings)] }
        let parameters: [String: JSONValue] = [
            "exe": .string(job.blender),
            "exeArgs": "{blenderArgs}",
            "blendfile": .string(job.blendFile),
            "argsBefore": [],
            "args": .array(start + arguments),
        ]
        return Command(name: "blender-render", parameters: parameters, totalStepCount: steps)
    }
}

/// The video of a job's frames, in the same folder.
struct PreviewVideo {
    /// The file with the sound of the scene, if it is needed.
    let soundFile: String
    /// Whether the video has sound.
    let hasSound: Bool
    /// The command that creates it.
    let command: Command

    /// Nil if there are no images that a video can be made from.
    init?(_ job: RenderJob) {
        guard let fileExtension = job.previewExtension, let framesPerSecond = job.framesPerSecond else { return nil }
        let frames = job.frames
        let files = FrameFileNames(
            renderOutput: job.renderOutput, blendFile: job.blendFile, fileExtension: fileExtension)
        let fileName = job.blendFile.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? job.blendFile
        let blendName = fileName.hasSuffix(".blend") ? String(fileName.dropLast(6)) : fileName
        let isExample = job.spelling == .example
        let stem = isExample && !files.stem.isEmpty ? files.stem : blendName.isEmpty ? "video" : blendName
        soundFile = files.sibling(named: stem, for: frames, extension: ".flac")
        // Sound continues where frames are omitted, and would be out of sync from there.
        hasSound = job.wantsSound && frames.runs.count == 1

        var arguments: [JSONValue] = hasSound ? ["-i", .string(soundFile), "-codec:a", "aac"] : []
        arguments += ["-codec:v", "libx264", "-movflags", "+faststart"]
        // H.264 in the most compatible colour format halves both dimensions, so they must be even.
        arguments += ["-pix_fmt", "yuv420p", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-crf", 20]
        command = Command(
            name: "frames-to-video",
            parameters: [
                // In Flamenco 3, workers find it themselves.
                "exe": job.spelling == .flamenco3 ? "ffmpeg" : "{ffmpeg}",
                "fps": framesPerSecond,
                // Except in the contract's example, a job has its own folder.
                "inputGlob": .string(isExample ? files.glob(for: frames) : files.globOfAll),
                "outputFile": .string(files.sibling(named: stem, for: frames, extension: ".mp4")),
                "args": .array(arguments),
            ])
    }
}
