/// What is known about a rendering, from all that Blender has printed so far.
struct RenderProgress {
    /// Something to tell others.
    enum Report: Hashable {
        case activity(String)
        case output(path: String)
        case step
    }

    /// How many frames there will be, if anybody knows.
    let totalFrames: Int?
    private(set) var rendered = 0
    private(set) var skipped = 0
    /// What Blender said went wrong, most lately.
    private(set) var lastError: String?

    private var isFrameLost = false
    private var announcedFrame: Int?
    private var announcedAt: Duration?

    init(totalFrames: Int?) { self.totalFrames = totalFrames }

    /// Takes in what Blender printed at this time, and gives what is worth telling.
    ///
    /// Activities come at most four times a second, and within a frame every two seconds.
    mutating func report(on output: BlenderOutput, at time: Duration) -> Report? {
        switch output {
        case .saved(let path): return .output(path: path)
        case .frameDone:
            defer { isFrameLost = false }
            if isFrameLost { return nil }
            rendered += 1
            return .step
        case .frameSkipped:
            skipped += 1
            return .step
        case .progress(let frame, let part):
            let pause: Duration = frame == announcedFrame ? .seconds(2) : .milliseconds(250)
            if let announcedAt, time - announcedAt < pause { return nil }
            announcedFrame = frame
            announcedAt = time
            return .activity(describe(frame, part))
        case .error(let text):
            // A trace of Python does not end Blender: what goes on in scripts is no reason why Blender failed.
            if text.hasPrefix("Python: ") { return nil }
            lastError = text
            // Blender ends such a frame like all others, with the time that it took.
            if text.hasPrefix("Render error") { isFrameLost = true }
            return nil
        }
    }

    /// How much is done; nil when nobody knows how much there is to do.
    var fraction: Double? {
        totalFrames.flatMap { $0 > 0 ? Double(rendered + skipped) / Double($0) : nil }
    }

    /// What was done, in the end.
    var summary: String? {
        let parts = [(rendered, "rendered"), (skipped, "skipped")].filter { $0.0 > 0 }
        guard let first = parts.first else { return nil }
        let rest = parts.dropFirst().map { ", \($0.0) \($0.1)" }.joined()
        return "\(first.0) \(first.0 == 1 ? "frame" : "frames") \(first.1)\(rest)"
    }

    /// `frame 12, 3 of 10, sample 32 of 128`.
    private func describe(_ frame: Int, _ part: BlenderOutput.Part?) -> String {
        var text = "frame \(frame)"
        let number = rendered + skipped + 1
        if let totalFrames, number <= totalFrames { text += ", \(number) of \(totalFrames)" }
        if let part { text += ", \(part.unit) \(part.done) of \(part.total)" }
        return text
    }
}
