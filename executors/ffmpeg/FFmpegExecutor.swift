import ExecutorKit

/// `ffmpeg`: runs FFmpeg with the arguments as they are.
struct FFmpegExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// FFmpeg, with or without arguments; searched in `PATH` when absent.
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
