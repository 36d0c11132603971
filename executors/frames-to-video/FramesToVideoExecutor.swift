import ExecutorKit
import System

/// `frames-to-video`: creates a video from the image files that match a pattern, with FFmpeg.
struct FramesToVideoExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// FFmpeg, with or without arguments.
        let exe: String
        /// More arguments, in shell syntax.
        let exeArgs: String?
        /// Frames per second: a number, or a fraction such as `30000/1001`.
        let fps: String?
        let inputGlob: String
        let outputFile: String
        let argsBefore: [String]?
        let args: [String]?

        /// `exe exeArgs… argsBefore… -r fps -pattern_type glob -i inputGlob args… -r fps outputFile`.
        ///
        /// If the caller sets neither `-y` nor `-n`, `-y` comes first: FFmpeg cannot ask anybody.
        ///
        /// - Parameter pattern: the input, instead of `inputGlob`.
        func program(exeIsFile: Bool = false, pattern: String? = nil) throws -> Program {
            let rate = try frameRate().map { ["-r", $0] } ?? []
            var program = try Program(exe: exe, isFile: exeIsFile, exeArgs: exeArgs, argsBefore ?? [])
            if !(program.arguments + (args ?? [])).contains(where: ["-y", "-n"].contains) {
                program.arguments.append("-y")
            }
            program.arguments +=
                rate + ["-pattern_type", "glob", "-i", pattern ?? inputGlob] + (args ?? []) + rate + [outputFile]
            return program
        }

        /// Returns the arguments of the job, without those that the command adds.
        func ownArguments(exeIsFile: Bool) throws -> [String] {
            try Program(exe: exe, isFile: exeIsFile, exeArgs: exeArgs, (argsBefore ?? []) + (args ?? [])).arguments
        }

        private func frameRate() throws -> String? {
            guard let fps else { return nil }
            let parts = fps.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map {
                Double($0) ?? 0
            }
            guard parts.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw ParameterError(parameter: "fps", expected: "a number above 0", found: "\"\(fps)\"")
            }
            return fps
        }
    }

    let commandName = "frames-to-video"
    let taskType = "ffmpeg"
    let checks = VideoChecks.all

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let exeIsFile = try await context.isFile(exe: parameters.exe)
        // First of all, to report invalid parameters immediately.
        _ = try parameters.program(exeIsFile: exeIsFile)
        if parameters.outputFile.hasPrefix("/") {
            // Checked before FFmpeg works in vain.
            _ = try await context.absolutePath(parameters.outputFile, parameter: "outputFile")
        }
        // A relative pattern starts at FFmpeg's working directory, so only FFmpeg can resolve it.
        let input = parameters.inputGlob.hasPrefix("/") ? try await context.frames(matching: parameters.inputGlob) : nil
        if let input { try await VideoChecks.look(at: input.frames, in: context) }
        if parameters.outputFile.hasPrefix("/") { try await context.files.makeFolder(around: parameters.outputFile) }
        let written = try await context.runFFmpeg(
            parameters.program(exeIsFile: exeIsFile, pattern: input?.pattern), totalFrames: input?.frames.count)
        try await VideoChecks.look(
            at: parameters.outputFile, frames: written, of: input?.frames.count,
            arguments: parameters.ownArguments(exeIsFile: exeIsFile), in: context)
        context.outputProduced(parameters.outputFile)
    }
}

extension CommandContext {
    /// Returns the frames of a video, and the pattern for FFmpeg that matches exactly these.
    ///
    /// If the folder of the pattern exists literally, or nothing matches, special characters of the folder are escaped:
    /// names of jobs become names of folders.
    ///
    /// - Throws: ``CommandError`` if there are none, ``PolicyViolation`` if they are in a place that the operator does
    ///   not allow.
    fileprivate func frames(matching given: String) async throws -> (pattern: String, frames: [String]) {
        let slash = given.lastIndex(of: "/") ?? given.startIndex
        let folder = String(given[..<slash])
        let special: Set<Character> = ["*", "?", "[", "]", "{", "}", "\\"]
        var pattern = given
        var frames: [String] = []
        if folder.contains(where: special.contains) {
            let literal = folder.map { special.contains($0) ? "\\\($0)" : String($0) }.joined() + given[slash...]
            let isFolder = try await files.statuses(of: [folder]).first.flatMap(\.self)?.kind == .folder
            if !isFolder { frames = try await allowedMatches(given) }
            if frames.isEmpty { pattern = literal }
        }
        if frames.isEmpty { frames = try await allowedMatches(pattern) }
        if frames.isEmpty { throw CommandError("no file matches \(given): no frames for the video") }
        return (pattern, frames)
    }

    private func allowedMatches(_ pattern: String) async throws -> [String] {
        do {
            return try await files.matches(pattern)
        } catch let refusal as PolicyViolation {
            throw refusal.about(parameter: "inputGlob")
        }
    }
}
