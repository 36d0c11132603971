import ExecutorKit
import Synchronization

/// One run of Blender, and what its lines lead to.
struct BlenderRun {
    private let blender: BlenderProgram
    private let pictures: SavedPictures
    private let context: CommandContext

    /// The most of a crash file that is copied into the log.
    private static let mostOfCrashFile: UInt32 = 256 << 10
    /// What Blender prints last, whether it went well or badly.
    private static let idleLines = ["Blender quit", "Saved session recovery", "Error: script failed", "Writing: "]

    init(_ blender: BlenderProgram, pictures: SavedPictures, in context: CommandContext) {
        (self.blender, self.pictures, self.context) = (blender, pictures, context)
    }

    /// Runs Blender, which has to end with exit status 0.
    ///
    /// - Throws: ``CommandError`` with what Blender said about it.
    func toSuccess() async throws -> RenderProgress {
        let follower = Mutex(Follower(totalFrames: blender.commandLine.frameCount))
        let finished = FinishSignal(of: "blender")
        let time = context.clock.stopwatch()
        let mayStay = blender.endsWithBlender && !blender.commandLine.requests.isEmpty
        let result = try await context.run(blender.program, isFinished: finished) { line in
            let text = follower.withLock { $0.deviceErrorLine(line) }
            guard let output = BlenderOutput(line) else { return }
            if case .trouble(let trouble) = output { tell(trouble, in: line, lineBefore: text) }
            // A rule of the operator says that it is none.
            if case .error = output, line.isDecided { return }
            let reports = follower.withLock { $0.progress.report(on: output, at: time()) }
            pass(on: reports) { follower.withLock(\.progress.fraction) }
            if output == .quit, mayStay { finished.give() }
        }
        let reports = follower.withLock { $0.progress.end(at: time()) }
        pass(on: reports) { follower.withLock(\.progress.fraction) }
        let progress = follower.withLock(\.progress)
        if result.end != .exited(status: 0), let file = progress.crashFile { try await logCrash(file) }
        if let failure = context.failure(of: blender.program, result, reason: reason(result, progress)) {
            throw failure
        }
        return progress
    }

    private func pass(on reports: [RenderProgress.Report], fraction: () -> Double?) {
        for report in reports {
            switch report {
            case .activity(let text): context.activity(text)
            case .output(let path):
                context.outputProduced(path)
                pictures.add(path)
            case .skipped(let path): pictures.add(path, isSkipped: true)
            case .step:
                context.stepCompleted()
                if let fraction = fraction() { context.progress(fraction) }
            }
        }
    }

    private func tell(_ trouble: BlenderTrouble, in line: OutputLine, lineBefore: String?) {
        switch trouble {
        case .fatal(let check, let text): context.found(check, text, in: line)
        case .missingFile(let path): context.found(BlenderTrouble.missingFiles, "\(path) is missing", in: line)
        case .missingData(let name, let file):
            context.found(BlenderTrouble.missingFiles, "“\(name)” is missing in \(file)", in: line)
        case .newerFile(let text): context.found(BlenderTrouble.newerFiles, text, in: line)
        case .deviceErrorBefore:
            if let lineBefore { context.found(BlenderTrouble.deviceError, lineBefore, in: line) }
        case .crashFile: break
        }
    }

    private func reason(_ result: ProgramResult, _ progress: RenderProgress) -> String? {
        if let exception = result.exception { return exception }
        if let error = progress.lastError, !error.hasPrefix("script failed") { return error }
        return result.lastLines.last { line in !Self.idleLines.contains(where: line.hasPrefix) }
    }

    private func logCrash(_ file: String) async throws {
        guard let bytes = try await context.beginning(ofText: file, atMost: Self.mostOfCrashFile) else { return }
        context.log("what Blender wrote into \(file) when it crashed:")
        context.log(String(decoding: bytes, as: UTF8.self))
    }
}

/// What is kept from line to line.
private struct Follower {
    var progress: RenderProgress
    /// The line before, as far as Cycles might refer to it.
    private var lineBefore: (text: [UInt8], isDecided: Bool) = ([], false)

    init(totalFrames: Int?) { progress = RenderProgress(totalFrames: totalFrames) }

    /// The line before this one, when this one refers to it.
    mutating func deviceErrorLine(_ line: OutputLine) -> String? {
        guard line.bytes.first == UInt8(ascii: "R"), line.starts(with: "Refer to the Cycles") else {
            if line.bytes.first != UInt8(ascii: "F"), !line.bytes.isEmpty {
                lineBefore.text.removeAll(keepingCapacity: true)
                lineBefore.text.append(contentsOf: line.bytes.prefix(400))
                lineBefore.isDecided = line.isDecided
            }
            return nil
        }
        return lineBefore.isDecided ? nil : String(decoding: lineBefore.text, as: UTF8.self)
    }
}
