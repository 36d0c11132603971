import ExecutorKit

/// The progress of rendering, derived from Blender's output so far.
struct RenderProgress {
    /// Something to report.
    enum Report: Hashable {
        case activity(String)
        case output(path: String)
        case skipped(path: String)
        case step
    }

    /// The number of frames, if known.
    let totalFrames: Int?
    private(set) var rendered = 0
    private(set) var skipped = 0
    /// The last error reported by Blender.
    private(set) var lastError: String?
    /// The numbers of the completed frames, as far as lines contain them.
    private(set) var doneFrames: Set<Int> = []
    /// The numbers of the started frames, as far as lines contain them.
    private(set) var begunFrames: Set<Int> = []
    /// Whether frames went into a video.
    private(set) var makesVideo = false
    /// Whether Blender has reported its start or end.
    private(set) var isHeard = false
    /// Missing files that the scene needs, in the order in which they were reported.
    private(set) var missingFiles: [String] = []
    /// Blender's crash report.
    private(set) var crashFile: String?

    /// The description of the current frame.
    private struct Announcement {
        let frame: Int
        /// Its position among the frames, counted from 1.
        let number: Int
        let part: BlenderOutput.Part?
        let remaining: String?
    }

    private var isFrameLost = false
    /// The current frame.
    private(set) var frame: Int?
    /// The number of the frame whose first file was saved, and which may have more files; the inner value is nil if the
    /// number is unknown.
    private var savedFrame: Int??
    private var announcedFrame: Int?
    private var announcedAt: Duration?
    private var heldBack: Announcement?
    private var firstBegin: Duration?
    private var lastEnd: Duration?

    init(totalFrames: Int?) { self.totalFrames = totalFrames }

    /// Whether anything about frames was printed.
    var hasSpoken: Bool { rendered + skipped > 0 || !begunFrames.isEmpty || savedFrame != nil }

    /// Processes output of Blender at this time, and returns what is to be reported.
    ///
    /// Activities are reported at most four times a second, and every two seconds within a frame.
    mutating func report(on output: BlenderOutput, at time: Duration) -> [Report] {
        firstBegin = firstBegin ?? time
        switch output {
        case .saved(let path):
            let number = frame ?? Self.number(in: path)
            var reports: [Report] = []
            // Blender 5 prints nothing about a frame after it was saved.
            if let saved = savedFrame, saved != number { reports += finishFrame(at: time) }
            savedFrame = .some(number)
            return reports + [.output(path: path)]
        case .frameDone: return finishFrame(at: time)
        case .videoFrame(let number):
            makesVideo = true
            return begin(number, at: time) + finishFrame(at: time, isVideo: true)
        case .frameSkipped(let path):
            skipped += 1
            return [.skipped(path: path), .step]
        case .frameBegun(let number): return begin(number, at: time)
        case .progress(let number, let part, let remaining):
            return begin(number, at: time) + announce(number, part, remaining, at: time)
        case .started:
            isHeard = true
            return []
        case .quit:
            isHeard = true
            return end(at: time)
        case .trouble(let trouble):
            take(trouble)
            return []
        case .error(let text):
            // A Python traceback does not end Blender: errors in scripts are not the reason why Blender failed.
            if text.hasPrefix("Python: ") { return [] }
            lastError = text
            // Blender ends such a frame like all others, with its render time.
            if text.hasPrefix("Render error") { isFrameLost = true }
            return []
        }
    }

    /// Returns what is still to be reported at the end of the output.
    mutating func end(at time: Duration) -> [Report] {
        let last = heldBack.map { [Report.activity(describe($0))] } ?? []
        let reports = last + (savedFrame == nil ? [] : finishFrame(at: time))
        heldBack = nil
        return reports
    }

    private mutating func take(_ trouble: BlenderTrouble) {
        switch trouble {
        case .missingFile(let path): if !missingFiles.contains(path) { missingFiles.append(path) }
        case .crashFile(let path): crashFile = path
        default: break
        }
    }

    // MARK: Frames

    private mutating func begin(_ number: Int, at time: Duration) -> [Report] {
        guard number != frame else { return [] }
        let reports = savedFrame == nil ? [] : finishFrame(at: time)
        frame = number
        begunFrames.insert(number)
        isFrameLost = false
        return reports
    }

    private mutating func finishFrame(at time: Duration, isVideo: Bool = false) -> [Report] {
        let number = frame ?? savedFrame.flatMap(\.self)
        // Blender may report a video frame early, and again when it is done.
        let isKnown = makesVideo && !isVideo && number.map(doneFrames.contains) ?? false
        savedFrame = nil
        defer { isFrameLost = false }
        if isFrameLost || isKnown { return [] }
        if let number { doneFrames.insert(number) }
        rendered += 1
        lastEnd = time
        return [.step]
    }

    /// Returns the last number in a file name.
    private static func number(in path: String) -> Int? {
        let stem = FilePath.withoutExtension(FilePath.name(of: path))
        return stem.split { !$0.isASCII || !$0.isNumber }.last.flatMap { Int($0) }
    }

    // MARK: Text

    /// Whether something was reported so recently that this frame has to wait.
    func isTooEarly(toAnnounce number: Int, at time: Duration) -> Bool {
        let pause: Duration = number == announcedFrame ? .seconds(2) : .milliseconds(250)
        return announcedAt.map { time - $0 < pause } ?? false
    }

    private mutating func announce(
        _ number: Int, _ part: BlenderOutput.Part?, _ remaining: String?, at time: Duration
    ) -> [Report] {
        let announcement = Announcement(
            frame: number, number: rendered + skipped + 1, part: part, remaining: remaining)
        if isTooEarly(toAnnounce: number, at: time) {
            heldBack = announcement
            return []
        }
        (announcedFrame, announcedAt, heldBack) = (number, time, nil)
        return [.activity(describe(announcement))]
    }

    /// The completed fraction; nil if the total is unknown.
    var fraction: Double? {
        totalFrames.flatMap { $0 > 0 ? Double(rendered + skipped) / Double($0) : nil }
    }

    /// The result at the end: `3 frames rendered, 1 skipped, 2 files missing: char.blend, wood.png`.
    var summary: String? {
        var parts = [(rendered, "rendered"), (skipped, "skipped")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        guard let first = parts.first else { return nil }
        let count = rendered > 0 ? rendered : skipped
        parts[0] = first.replacing(" ", with: count == 1 ? " frame " : " frames ", maxReplacements: 1)
        if !missingFiles.isEmpty {
            let names = missingFiles.prefix(5).map(FilePath.name) + (missingFiles.count > 5 ? ["…"] : [])
            let files = missingFiles.count == 1 ? "1 file" : "\(missingFiles.count) files"
            parts.append("\(files) missing: \(names.joined(separator: ", "))")
        }
        return parts.joined(separator: ", ")
    }

    /// `frame 12, 3 of 10, 41 s a frame, 5 min left, sample 32 of 128, remaining 01:43.73`.
    private func describe(_ announcement: Announcement) -> String {
        var text = "frame \(announcement.frame)"
        let number = announcement.number
        let left = totalFrames.map { $0 - number + 1 } ?? 0
        if let totalFrames, left > 0 { text += ", \(number) of \(totalFrames)" }
        if rendered > 0, let firstBegin, let lastEnd {
            let perFrame = (lastEnd - firstBegin) / rendered
            text += ", \(Self.rough(perFrame)) a frame"
            if left > 0 { text += ", \(Self.rough(perFrame * left)) left" }
        }
        if let part = announcement.part { text += ", \(part.unit) \(part.done) of \(part.total)" }
        if let remaining = announcement.remaining { text += ", remaining \(remaining)" }
        return text
    }

    /// Rounds a duration for users who are waiting: `0.4 s`, `41 s`, `5 min`, `2 h 5 min`.
    private static func rough(_ span: Duration) -> String {
        let seconds = span / .seconds(1)
        if seconds < 10 { return span.text }
        if seconds < 120 { return Duration.seconds(Int(seconds.rounded())).text }
        return Duration.seconds(Int((seconds / 60).rounded()) * 60).text
    }
}
