import ExecutorKit

/// `create-video`: `frames-to-video` under the name used by render jobs of Flamenco managers of March 2022, which leave
/// FFmpeg and its arguments to the worker.
struct CreateVideoExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        private enum CodingKeys: String, CodingKey {
            case fps, exe, args
            case inputFiles = "input_files"
            case outputFile = "output_file"
        }

        /// A file name pattern.
        let inputFiles: String
        let outputFile: String
        /// Frames per second.
        let fps: String?
        /// FFmpeg; if nil, searched in `PATH`.
        let exe: String?
        /// Arguments that replace the default ones, which create a widely playable video.
        let args: [String]?

        /// H.264 requires even dimensions.
        private static let usualArguments = [
            "-c:v", "h264", "-crf", "20", "-g", "18", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p",
        ]

        var video: FramesToVideoExecutor.Parameters {
            .init(
                exe: exe ?? "ffmpeg", exeArgs: nil, fps: fps, inputGlob: inputFiles, outputFile: outputFile,
                argsBefore: nil,
                args: args ?? Self.usualArguments)
        }
    }

    let commandName = "create-video"
    let taskType = "ffmpeg"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        try await FramesToVideoExecutor().run(parameters.video, in: context)
    }
}
