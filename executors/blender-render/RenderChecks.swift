import ExecutorKit

/// Checks whether Blender created the requested images, after it exited successfully.
struct RenderChecks {
    static let framesMissing = ResultCheck("frames-missing", .fail, "fewer frames were rendered than asked for")
    static let nothingRendered = ResultCheck(
        "nothing-rendered", .fail, "no frame was requested or rendered, and no script was run")
    static let framesNotChecked = ResultCheck(
        "frames-not-checked", .warn, "the number of rendered frames cannot be determined")
    static let checks = [framesMissing, nothingRendered, framesNotChecked]

    let blender: BlenderProgram
    let hints: ScriptHints
    let files: FrameFiles
    let progress: RenderProgress
    let context: CommandContext

    private var commandLine: BlenderCommandLine { blender.commandLine }
    private static let patience = Duration.seconds(3)
    private static let interval = Duration.milliseconds(250)

    /// Reports what is missing.
    func run() async throws {
        let made = progress.rendered + progress.skipped
        if commandLine.requests.isEmpty {
            if made > 0 || commandLine.isWithoutPictures { return }
            let check = blender.isKnown && !commandLine.isQuiet ? Self.nothingRendered : Self.framesNotChecked
            context.found(check, "no frame was rendered: Blender's arguments request none with -f or -a")
            return
        }
        let needed = commandLine.requests.reduce(0) { $0 + count(of: $1) }
        if made >= needed { return }
        // On network storage, files may appear with a delay.
        let age = context.clock.stopwatch()
        while true {
            let tally = try await tally()
            if tally.made >= needed { return }
            if age() >= Self.patience { return report(tally, needed: needed) }
            try await context.clock.sleep(for: Self.interval)
        }
    }

    /// Returns the minimum number of frames of a request.
    private func count(of request: BlenderCommandLine.Request) -> Int {
        if request.followsScripts, !request.frames.isList { return 1 }
        return request.frames.count ?? 1
    }

    // MARK: Counting

    /// The combined result of lines and files.
    private struct Tally {
        var made = 0
        var missing: [Int] = []
        var faults: [String] = []
        /// Whether a frame without a file is certainly missing.
        var canTell = true
    }

    private func tally() async throws -> Tally {
        var tally = Tally()
        for request in commandLine.requests {
            let states = try await files.states(of: request)
            guard let numbers = request.frames.numbers() else {
                let isMade = progress.rendered + progress.skipped > 0 || !states.isEmpty
                let hasVideo = try await files.hasNewVideo(request)
                tally.made += isMade || hasVideo ? count(of: request) : 0
                try await note(request, in: &tally)
                continue
            }
            if try await files.hasNewVideo(request), !progress.hasSpoken {
                tally.made += count(of: request)
                continue
            }
            let done = numbers.filter { isDone($0, states[$0]) }
            let isComplete = done.count >= count(of: request) || followsStepOfFile(Set(done), of: request)
            tally.made += isComplete ? count(of: request) : done.count
            if isComplete { continue }
            tally.missing += Set(numbers).subtracting(done).sorted()
            for number in numbers {
                if case .faulty(let path, let fault) = states[number] { tally.faults.append("\(path) \(fault.text)") }
            }
            try await note(request, in: &tally)
        }
        tally.made = max(tally.made, progress.rendered + progress.skipped)
        return tally
    }

    private func note(_ request: BlenderCommandLine.Request, in tally: inout Tally) async throws {
        if progress.hasSpoken { return }
        // If Blender prints progress, it would report the frames that it renders to a folder that is not accessible
        // here.
        let talks = progress.isHeard && blender.isKnown && !commandLine.isQuiet
        let isPlaceKnown = try await files.canTell(request)
        if !isPlaceKnown && !talks || request.followsScripts && hints.mayChangeOutput { tally.canTell = false }
    }

    private func isDone(_ frame: Int, _ state: FrameFiles.State?) -> Bool {
        if progress.doneFrames.contains(frame) { return true }
        switch state {
        case .new: return true
        // Skipped by a Blender that does not overwrite: it does not always report that.
        case .old: return hints.keepExisting || progress.hasSpoken && !progress.begunFrames.contains(frame)
        case .faulty, nil: return false
        }
    }

    /// Without `-j`, the frame step may be set in the file: then the existing frames have equal distances.
    private func followsStepOfFile(_ done: Set<Int>, of request: BlenderCommandLine.Request) -> Bool {
        guard case .range(let range, step: nil) = request.frames, done.count > 1, done.contains(range.lowerBound) else {
            return false
        }
        let frames = done.sorted()
        let step = frames[1] - frames[0]
        return zip(frames, frames.dropFirst()).allSatisfy { $1 - $0 == step }
            && range.upperBound - frames[frames.count - 1] < step
            && progress.begunFrames.isSubset(of: done)
    }

    private func report(_ tally: Tally, needed: Int) {
        let frames = needed == 1 ? "frame" : "frames"
        var sentence = "rendered \(tally.made) of \(needed) \(frames)"
        if !tally.faults.isEmpty {
            sentence += ": \(tally.faults.prefix(3).joined(separator: ", "))"
        } else if !tally.missing.isEmpty, tally.missing.count < needed {
            let numbers = tally.missing.prefix(5).map(String.init) + (tally.missing.count > 5 ? ["…"] : [])
            sentence += ", missing \(numbers.joined(separator: ", "))"
        }
        context.found(tally.canTell ? Self.framesMissing : Self.framesNotChecked, sentence)
    }
}
