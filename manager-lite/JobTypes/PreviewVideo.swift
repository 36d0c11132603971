import FlamencoAPI

/// The video of a job's frames, which lies beside them.
struct PreviewVideo {
    /// The sound of the scene, where there is to be any.
    let soundFile: String
    /// Whether the video has sound.
    let hasSound: Bool
    /// The command that makes it.
    let command: Command

    /// Nothing when there are no images that a video can be made of.
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
        // Sound runs on where frames are left out, and would be out of step from there.
        hasSound = job.wantsSound && frames.runs.count == 1

        var arguments: [JSONValue] = hasSound ? ["-i", .string(soundFile), "-codec:a", "aac"] : []
        arguments += ["-codec:v", "libx264", "-movflags", "+faststart"]
        // H.264 in the colour format that every player knows halves both sides, so that they have to be even.
        arguments += ["-pix_fmt", "yuv420p", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-crf", 20]
        command = Command(
            name: "frames-to-video",
            parameters: [
                // In Flamenco 3 workers look for it themselves.
                "exe": job.spelling == .flamenco3 ? "ffmpeg" : "{ffmpeg}",
                "fps": framesPerSecond,
                // Elsewhere than in the example, a job has a folder of its own.
                "inputGlob": .string(isExample ? files.glob(for: frames) : files.globOfAll),
                "outputFile": .string(files.sibling(named: stem, for: frames, extension: ".mp4")),
                "args": .array(arguments),
            ])
    }
}
