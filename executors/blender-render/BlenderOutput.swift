import ExecutorKit

/// The meaning of a line of Blender's output for rendering.
///
/// This covers the output of Blender 2.8 to 5.x: lines of 3.x (` Time: …` preceded by a space), of 4.x, and of 5.x,
/// which start like `00:00.327  render           | `.
enum BlenderOutput: Hashable {
    /// The progress of a frame, in tiles or samples.
    struct Part: Hashable {
        let unit: String
        let done: Int
        let total: Int
    }

    /// A file was written.
    case saved(path: String)
    /// A frame is completed or was attempted: it may not have been saved.
    case frameDone
    /// A frame is skipped, because its file exists.
    case frameSkipped(path: String)
    /// A frame is started.
    case frameBegun(Int)
    /// The progress of a frame; `remaining` is the time estimated by Cycles.
    case progress(frame: Int, Part?, remaining: String? = nil)
    /// A frame was added to a video.
    case videoFrame(Int)
    /// Blender starts, or opens a file: it is not so quiet that it would not report frames.
    case started
    /// Blender exits.
    case quit
    /// A problem that does not end Blender, but makes the images invalid, or deserves a warning.
    case trouble(BlenderTrouble)
    /// An error.
    case error(String)

    /// Parses a line; nil if it has no meaning.
    ///
    /// Blender prints thousands of progress lines: this works on bytes, without creating strings.
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
            // After text that was printed by something else at the same time.
            self = output
        } else {
            return nil
        }
    }

    /// Returns the frame number in a progress line; nil for other lines.
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
    /// `… | Rendered 3/16 Tiles, Sample 32/128`: tiles, if there are any, otherwise samples, which EEVEE prints
    /// differently: `… | Rendering 17 / 64 samples`.
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
