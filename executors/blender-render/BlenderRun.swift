import ExecutorKit
import Synchronization

/// One run of Blender, and the handling of its output.
struct BlenderRun {
    private let blender: BlenderProgram
    private let open: OpenOrder?
    private let pictures: SavedPictures
    private let device: CyclesDeviceReport?
    private let looksForTrouble: Bool
    private let context: CommandContext

    /// The maximum size of a crash report that is copied to the log.
    private static let mostOfCrashFile: UInt32 = 256 << 10
    /// The last lines printed by Blender, successful or not.
    private static let idleLines = ["Blender quit", "Saved session recovery", "Error: script failed", "Writing: "]

    /// - Parameters:
    ///   - open: the same for a Blender that stays open, if it can be done by one.
    ///   - device: reports the device that Cycles renders with, if requested.
    init(
        _ blender: BlenderProgram, open: OpenOrder?, pictures: SavedPictures, device: CyclesDeviceReport?,
        looksForTrouble: Bool = true, in context: CommandContext
    ) {
        self.open = open
        (self.blender, self.pictures, self.device, self.context) = (blender, pictures, device, context)
        self.looksForTrouble = looksForTrouble
    }

    /// Runs Blender, which must exit with status 0.
    ///
    /// - Throws: ``CommandError`` with Blender's error message.
    func toSuccess() async throws -> RenderProgress {
        let follower = Mutex(Follower(totalFrames: blender.commandLine.frameCount))
        let finished = FinishSignal(of: "blender")
        let time = context.clock.stopwatch()
        let mayStay = blender.endsWithBlender && !blender.commandLine.requests.isEmpty
        @Sendable func follow(_ line: OutputLine) -> BlenderOutput? {
            if follower.withLock({ $0.holdBack(line, at: time) }) { return nil }
            let output = BlenderOutput(line, looksForTrouble: looksForTrouble)
            let (lineBefore, reports) = follower.withLock { $0.take(line, output, at: time) }
            if case .trouble(let trouble) = output { tell(trouble, in: line, lineBefore: lineBefore) }
            pass(on: reports) { follower.withLock { $0.countStep() } }
            return output
        }
        var result: ProgramResult?
        if let open {
            result = try await context.run(open, privateLines: device?.lines(in: context)) { _ = follow($0) }
            if result == nil { follower.withLock { $0.beginAnew() } }
        }
        let end: ProgramResult
        if let result {
            end = result
        } else {
            var program = blender.program
            program.input = device?.script
            end = try await context.run(program, isFinished: finished, privateLines: device?.lines(in: context)) {
                if follow($0) == .quit, mayStay { finished.give() }
            }
        }
        let reports = follower.withLock { $0.end(at: time) }
        pass(on: reports) { follower.withLock { $0.countStep() } }
        let progress = follower.withLock(\.progress)
        if end.end != .exited(status: 0), let file = progress.crashFile { try await logCrash(file) }
        if let failure = context.failure(of: blender.program, end, reason: reason(end, progress)) {
            throw failure
        }
        return progress
    }

    /// - Parameter step: counts a step; returns whether it is new, and how much is done.
    private func pass(on reports: [RenderProgress.Report], step: () -> (isNew: Bool, fraction: Double?)) {
        for report in reports {
            switch report {
            case .activity(let text): context.activity(text)
            case .output(let path):
                context.outputProduced(path)
                pictures.add(path)
            case .skipped(let path): pictures.add(path, isSkipped: true)
            case .step:
                let (isNew, fraction) = step()
                if isNew { context.stepCompleted() }
                if let fraction { context.progress(fraction) }
            }
        }
    }

    private func tell(_ trouble: BlenderTrouble, in line: OutputLine, lineBefore: String?) {
        switch trouble {
        // The agent's own script, if Blender has another standard input, for example in a container.
        case .fatal(BlenderTrouble.scriptNotFound, let text) where text.contains("\"\(CyclesDeviceReport.path)\""):
            break
        case .fatal(let check, let text): context.found(check, text, in: line)
        case .missingFile(let path): context.found(BlenderTrouble.missingFiles, "\(path) is missing", in: line)
        case .missingData(let name, let file):
            context.found(BlenderTrouble.missingFiles, "\"\(name)\" is missing in \(file)", in: line)
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
        context.log("Blender's crash report \(file):")
        context.log(String(decoding: bytes, as: UTF8.self))
    }
}

/// The state that is kept between lines.
private struct Follower {
    private(set) var progress: RenderProgress
    /// The line before, as far as Cycles might refer to it.
    private var lineBefore: (text: [UInt8], isDecided: Bool) = ([], false)
    /// The last progress line that was too early to be reported; empty if there is none.
    private var heldBack: [UInt8] = []
    private static let longestHeldBack = 1024

    private var steps = 0
    /// How many were told before it was begun anew.
    private var knownSteps = 0

    init(totalFrames: Int?) { progress = RenderProgress(totalFrames: totalFrames) }

    /// All is done once more, by another Blender.
    mutating func beginAnew() {
        let known = max(steps, knownSteps)
        self = Follower(totalFrames: progress.totalFrames)
        knownSteps = known
    }

    /// One more step; returns whether it was not told before, and how much is done.
    mutating func countStep() -> (isNew: Bool, fraction: Double?) {
        steps += 1
        return (steps > knownSteps, progress.fraction)
    }

    /// Holds back a progress line if another one was reported a moment ago; returns false for all other lines.
    ///
    /// Blender prints thousands of them: most are replaced by the next one without being parsed.
    mutating func holdBack(_ line: OutputLine, at time: () -> Duration) -> Bool {
        guard let frame = progress.frame, line.bytes.count <= Self.longestHeldBack,
            BlenderOutput.frameOfProgress(line) == frame, progress.isTooEarly(toAnnounce: frame, at: time())
        else { return false }
        heldBack.removeAll(keepingCapacity: true)
        heldBack.append(contentsOf: line.bytes)
        return true
    }

    /// Returns what is still to be reported at the end of the output.
    mutating func end(at time: () -> Duration) -> [RenderProgress.Report] {
        takeHeldBack(at: time) + progress.end(at: time())
    }

    private mutating func takeHeldBack(at time: () -> Duration) -> [RenderProgress.Report] {
        guard !heldBack.isEmpty else { return [] }
        let output = heldBack.withUnsafeBufferPointer { BlenderOutput(OutputLine(bytes: $0)) }
        heldBack.removeAll(keepingCapacity: true)
        return output.map { progress.report(on: $0, at: time()) } ?? []
    }

    /// Processes a line: returns the line before, if this one refers to it, and what is to be reported.
    mutating func take(
        _ line: OutputLine, _ output: BlenderOutput?, at time: () -> Duration
    ) -> (lineBefore: String?, reports: [RenderProgress.Report]) {
        let lineBefore = deviceErrorLine(line)
        guard let output else { return (lineBefore, []) }
        // A rule of the operator decided that it is not an error.
        if case .error = output, line.isDecided { return (lineBefore, []) }
        return (lineBefore, takeHeldBack(at: time) + progress.report(on: output, at: time()))
    }

    /// Returns the line before this one, if this one refers to it.
    private mutating func deviceErrorLine(_ line: OutputLine) -> String? {
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
