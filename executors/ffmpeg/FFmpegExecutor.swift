import ExecutorKit
import Synchronization

/// `ffmpeg`: runs FFmpeg with unchanged arguments.
struct FFmpegExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// FFmpeg, with or without arguments; if nil, searched in `PATH`.
        let exe: String?
        let args: [String]
    }

    let commandName = "ffmpeg"
    let taskType = "ffmpeg"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let program = try await context.program(exe: parameters.exe ?? "ffmpeg", parameters.args)
        try await context.runFFmpeg(program, totalFrames: nil)
    }
}

extension CommandContext {
    /// Runs FFmpeg, which must succeed; reports its progress and, if it fails, the cause.
    ///
    /// - Returns: the number of frames written, as far as FFmpeg reports it.
    @discardableResult
    func runFFmpeg(_ program: Program, totalFrames: Int?) async throws -> Int? {
        struct State {
            var reason = FFmpegReason()
            var frames: Int?
        }
        let state = Mutex(State())
        let activity = RateLimitedActivity(in: self)
        let result = try await run(program) { line in
            switch FFmpegOutput(line) {
            case .progress(let progress):
                state.withLock { $0.frames = progress.frame ?? $0.frames }
                if let frame = progress.frame, let totalFrames {
                    self.progress(Double(frame) / Double(totalFrames))
                }
                guard let text = progress.activity(totalFrames: totalFrames) else { return }
                activity.say { text }
            case .message(let text): if !line.isDecided { state.withLock { $0.reason.take(text) } }
            case nil: state.withLock { $0.reason.takeDescription() }
            }
        }
        activity.finish()
        if let failure = failure(of: program, result, reason: state.withLock(\.reason.text)) { throw failure }
        return state.withLock(\.frames)
    }
}
