import ExecutorKit

/// `frames-to-video`: makes a video of the image files that a pattern names, with FFmpeg.
struct FramesToVideoExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// FFmpeg, with or without arguments.
        let exe: String
        /// More arguments, as in a shell.
        let exeArgs: String?
        /// Frames per second: a number, or a fraction such as `30000/1001`.
        let fps: String?
        let inputGlob: String
        let outputFile: String
        let argsBefore: [String]?
        let args: [String]?

        /// `exe exeArgs… argsBefore… -r fps -pattern_type glob -i inputGlob args… -r fps outputFile`.
        ///
        /// With neither `-y` nor `-n` from the caller, `-y` goes first: there is nobody whom FFmpeg could ask.
        func program(exeIsFile: Bool = false) throws -> Program {
            let rate = try frameRate().map { ["-r", $0] } ?? []
            var program = try Program(exe: exe, isFile: exeIsFile, exeArgs: exeArgs, argsBefore ?? [])
            if !(program.arguments + (args ?? [])).contains(where: ["-y", "-n"].contains) {
                program.arguments.append("-y")
            }
            program.arguments += rate + ["-pattern_type", "glob", "-i", inputGlob] + (args ?? []) + rate + [outputFile]
            return program
        }

        private func frameRate() throws -> String? {
            guard let fps else { return nil }
            let parts = fps.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map {
                Double($0) ?? 0
            }
            guard parts.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw ParameterError(parameter: "fps", expected: "a number above 0", found: "“\(fps)”")
            }
            return fps
        }
    }

    let commandName = "frames-to-video"
    let taskType = "ffmpeg"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let program = try parameters.program(exeIsFile: await context.isFile(exe: parameters.exe))
        let pattern = parameters.inputGlob
        if parameters.outputFile.hasPrefix("/") {
            // Before FFmpeg has worked in vain.
            _ = try await context.absolutePath(parameters.outputFile, parameter: "outputFile")
        }
        // A relative pattern is about the folder in which FFmpeg starts; only FFmpeg will know.
        let frames = pattern.hasPrefix("/") ? try await context.files.countMatches(pattern) : nil
        if frames == 0 { throw CommandFailure("no file matches \(pattern): there is nothing to make a video of") }
        if parameters.outputFile.hasPrefix("/") { try await context.files.makeFolder(around: parameters.outputFile) }
        try await context.runFFmpeg(program, totalFrames: frames)
        context.outputProduced(parameters.outputFile)
    }
}
