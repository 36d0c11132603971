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
        guard let fileExtension = job.previewExtension else { return nil }
        let frames = job.frames
        let files = FrameFiles(
            renderOutput: job.renderOutput, blendFile: job.blendFile, fileExtension: fileExtension)
        let fileName = job.blendFile.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? job.blendFile
        let stem = fileName.hasSuffix(".blend") ? String(fileName.dropLast(6)) : fileName
        soundFile = files.sibling(for: frames, extension: ".flac", otherwise: stem)
        // Sound runs on where frames are left out, and would be out of step from there.
        hasSound = job.wantsSound && frames.runs.count == 1

        var arguments: [JSONValue] = hasSound ? ["-i", .string(soundFile), "-codec:a", "aac"] : []
        arguments += ["-codec:v", "libx264", "-crf", "20", "-movflags", "+faststart"]
        // H.264 in the colour format that every player knows halves both sides, so that they have to be even.
        arguments += ["-pix_fmt", "yuv420p", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"]
        command = Command(
            name: "frames-to-video",
            parameters: [
                // In Flamenco 3 workers look for it themselves.
                "exe": job.dialect == .v3 ? "ffmpeg" : "{ffmpeg}",
                "fps": job.framesPerSecond,
                "inputGlob": .string(files.glob(for: frames)),
                "outputFile": .string(files.sibling(for: frames, extension: ".mp4", otherwise: stem)),
                "argsBefore": ["-y"],
                "args": .array(arguments),
            ])
    }
}
