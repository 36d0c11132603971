import ExecutorKit

/// What a line that Blender prints says about the rendering.
///
/// It knows the words of Blender 2.8 to 5.x: the lines of 3.x (` Time: …` with a space before it), those of 4.x, and those
/// of 5.x, which begin like `00:00.327  render           | `.
enum BlenderOutput: Hashable {
    /// How far a frame is, in tiles or samples.
    struct Part: Hashable {
        let unit: String
        let done: Int
        let total: Int
    }

    /// A file was written.
    case saved(path: String)
    /// A frame is done, or was tried: it may not have been saved.
    case frameDone
    /// A frame is left out, since its file exists.
    case frameSkipped(path: String)
    /// A frame is begun.
    case frameBegun(Int)
    /// A frame is being worked on; `remaining` is how long Cycles thinks that it takes.
    case progress(frame: Int, Part?, remaining: String? = nil)
    /// A frame was added to a video.
    case videoFrame(Int)
    /// Blender begins, or opens a file: it is not so quiet that it would keep frames to itself.
    case started
    /// Blender ends.
    case quit
    /// Something is wrong that Blender survives, but the pictures do not; or that is worth a warning.
    case trouble(BlenderTrouble)
    /// Something went wrong.
    case error(String)

    /// What the line says; nothing when it says nothing of interest.
    ///
    /// Blender prints progress lines by the thousand: this looks at bytes, and makes no string of them.
    init?(_ line: OutputLine, looksForTrouble: Bool = true) {
        var words = ByteScanner(line.bytes)
        let isLogged = words.skipLogPrefix()
        words.skipSpaces()
        if let output = Self.ofRendering(words) {
            self = output
        } else if words.first == UInt8(ascii: "F"), words.skip("Fra:") {
            guard let frame = words.numberBehindSpaces() else { return nil }
            self = .progress(frame: frame, Part(words), remaining: words.duration(behind: "Remaining:"))
        } else if looksForTrouble, let trouble = BlenderTrouble(words) {
            self = .trouble(trouble)
        } else if words.skip("Error: ") || isLogged && words.skip("ERROR ") {
            self = .error(words.text)
        } else if words.skipToLogPrefix(), let output = Self.ofRendering(words) {
            // Behind the text of something else that prints at the same time.
            self = output
        } else {
            return nil
        }
    }

    /// The frame that a line about the progress of a frame is about; nil for other lines.
    static func frameOfProgress(_ line: OutputLine) -> Int? {
        var words = ByteScanner(line.bytes)
        _ = words.skipLogPrefix()
        words.skipSpaces()
        return words.skip("Fra:") ? words.numberBehindSpaces() : nil
    }

    private static func ofRendering(_ line: ByteScanner) -> BlenderOutput? {
        var words = line
        switch words.first {
        case UInt8(ascii: "S") where words.skip("Saved: "):
            if words.skip("'") { return words.text(upToLast: UInt8(ascii: "'")).map { .saved(path: $0) } }
            return words.first == UInt8(ascii: "/") ? .saved(path: words.text) : nil
        case UInt8(ascii: "s") where words.skip("skipping existing frame \""),
            UInt8(ascii: "S") where words.skip("Skipping existing frame \""):
            guard let path = words.text(upToLast: UInt8(ascii: "\"")) else { return nil }
            return .frameSkipped(path: path.split(separator: "\" for view \"").first.map(String.init) ?? path)
        case UInt8(ascii: "T") where words.skip("Time: "): return words.isDuration() ? .frameDone : nil
        case UInt8(ascii: "R") where words.skip("Rendering frame "): return words.integer().map { .frameBegun($0) }
        case UInt8(ascii: "A") where words.skip("Append frame "): return words.integer().map { .videoFrame($0) }
        case UInt8(ascii: "V") where words.skip("Video append frame "): return words.integer().map { .videoFrame($0) }
        case UInt8(ascii: "R") where words.skip("Read blend: "): return .started
        case UInt8(ascii: "B") where words.skip("Blender quit"): return words.first == nil ? .quit : nil
        case UInt8(ascii: "B") where words.skip("Blender "): return words.integer() == nil ? nil : .started
        default: return nil
        }
    }
}

extension BlenderOutput.Part {
    /// `… | Rendered 3/16 Tiles, Sample 32/128`: tiles, where there are some, else samples, which EEVEE counts in other words:
    /// `… | Rendering 17 / 64 samples`.
    fileprivate init?(_ words: ByteScanner) {
        var words = words
        words.skip(pastLast: UInt8(ascii: "|"))
        words.skipSpaces()
        let unit: String
        if words.skip("Rendered ") {
            unit = "tile"
        } else if words.skip("Sample ") || words.skip("Rendering ") {
            unit = "sample"
        } else {
            return nil
        }
        guard let done = words.integer() else { return nil }
        words.skipSpaces()
        guard words.skip("/") else { return nil }
        words.skipSpaces()
        guard let total = words.integer() else { return nil }
        self.init(unit: unit, done: done, total: total)
    }
}
