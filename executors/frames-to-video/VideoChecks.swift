import ExecutorKit

/// Checks whether the frames for a video are complete before FFmpeg starts, and whether the video contains all of them
/// afterwards.
enum VideoChecks {
    static let frameEmpty = ResultCheck("frame-empty", .fail, "a frame for a video is empty")
    static let frameCut = ResultCheck("frame-cut", .fail, "a PNG, JPEG or OpenEXR frame for a video is truncated")
    static let sizesDiffer = ResultCheck("frame-sizes-differ", .warn, "frames for a video differ in size")
    static let framesMissing = ResultCheck(
        "video-frames-missing", .fail, "a video has fewer frames than there are input frames")
    static let framesChanged = ResultCheck(
        "video-frames-changed", .warn, "the same, when arguments may change the number of frames")
    static let videoMissing = ResultCheck(
        "video-missing", .fail, "FFmpeg succeeded, but wrote no video, or an empty one")
    static let all = [frameEmpty, frameCut, sizesDiffer, framesMissing, framesChanged, videoMissing]

    /// On network storage, the end of a file may appear late.
    private static let patience = Duration.seconds(3)
    private static let interval = Duration.milliseconds(250)

    /// Checks the frames.
    ///
    /// - Throws: ``CommandError`` for the first unusable frame: FFmpeg would skip it, and succeed.
    static func look(at frames: [String], in context: CommandContext) async throws {
        let age = context.clock.stopwatch()
        var pictures = try await context.files.pictures(at: frames)
        while pictures.contains(where: { $0.fault != nil }), age() < patience {
            try await context.clock.sleep(for: interval)
            let faulty = Set(pictures.filter { $0.fault != nil }.map(\.path))
            let again = try await context.files.pictures(at: frames.filter(faulty.contains))
            pictures = pictures.filter { $0.fault == nil } + again
        }
        for picture in pictures {
            guard let fault = picture.fault else { continue }
            let check = if case .cut = fault { frameCut } else { frameEmpty }
            let sentence = "the frame \(picture.path) \(fault.text)"
            if context.found(check, sentence) == .fail { throw CommandError(sentence) }
        }
        let sized = pictures.filter { $0.size != nil }
        if let first = sized.first, let size = first.size, let other = sized.first(where: { $0.size != size }),
            let otherSize = other.size
        {
            context.found(
                sizesDiffer,
                "frames differ in size: \(FilePath.name(of: first.path)) has \(size), "
                    + "\(FilePath.name(of: other.path)) \(otherSize)")
        }
    }

    /// Checks the output of FFmpeg.
    static func look(
        at video: String, frames: Int?, of matched: Int?, arguments: [String], in context: CommandContext
    ) async throws {
        if let frames, let matched, frames < matched {
            let mayChange = changesNumber(arguments)
            context.found(
                mayChange ? framesChanged : framesMissing, "the video has \(frames) of \(matched) frames")
        }
        // A relative path starts at FFmpeg's working directory; `%03d` stands for many files.
        guard video.hasPrefix("/"), !video.contains("%") else { return }
        let age = context.clock.stopwatch()
        while let fault = try await context.files.pictures(at: [video]).first?.fault {
            if age() >= patience {
                if fault == .missing || fault == .empty {
                    context.found(videoMissing, "the video \(video) \(fault.text)")
                }
                return
            }
            try await context.clock.sleep(for: interval)
        }
    }

    // MARK: Arguments

    private static let options: Set<String> = [
        "-r", "-t", "-to", "-ss", "-sseof", "-frames", "-vframes", "-shortest", "-fps_mode", "-vsync", "-framerate",
        "-loop",
        "-stream_loop", "-itsscale", "-itsoffset", "-fs", "-filter_complex", "-lavfi", "-filter_script",
        "-filter_complex_script",
        "-readrate", "-enc_time_base", "-start_number",
    ]
    private static let filters = [
        "fps=", "fps,", "select", "framestep", "decimate", "trim", "interpolate", "setpts", "loop", "concat", "tpad",
        "telecine",
        "pullup", "thumbnail", "overlay", "frames", "random", "framerate", "tile", "interlace",
    ]

    /// Whether arguments, other than those for the frame rate that the command adds itself, can change the number of
    /// frames.
    static func changesNumber(_ arguments: [String]) -> Bool {
        let isFilter: (String) -> Bool = { $0 == "-vf" || $0.hasPrefix("-filter") }
        for (index, argument) in arguments.enumerated() {
            let name = argument.split(separator: ":").first.map(String.init) ?? argument
            if options.contains(name) { return true }
            if index > 0, isFilter(arguments[index - 1]),
                filters.contains(where: argument.contains) || argument == "fps"
            {
                return true
            }
        }
        return false
    }
}
