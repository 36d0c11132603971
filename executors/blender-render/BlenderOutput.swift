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
    /// A frame is being worked on.
    case progress(frame: Int, Part?)
    /// Something went wrong.
    case error(String)

    /// What the line says; nothing when it says nothing of interest.
    ///
    /// Blender prints progress lines by the thousand: this looks at bytes, and makes no string of them.
    init?(_ line: OutputLine) {
        var words = ByteScanner(line.bytes)
        let isLogged = words.skipLogPrefix()
        words.skipSpaces()
        switch words.first {
        case UInt8(ascii: "F") where words.skip("Fra:"):
            words.skipSpaces()
            guard let frame = words.integer() else { return nil }
            self = .progress(frame: frame, Part(words))
        case UInt8(ascii: "S") where words.skip("Saved: '"):
            guard let path = words.text(upToLast: UInt8(ascii: "'")) else { return nil }
            self = .saved(path: path)
        case UInt8(ascii: "s") where words.skip("skipping existing frame \""),
            UInt8(ascii: "S") where words.skip("Skipping existing frame \""):
            guard let path = words.text(upToLast: UInt8(ascii: "\"")) else { return nil }
            self = .frameSkipped(path: path)
        case UInt8(ascii: "T") where words.skip("Time: "):
            guard words.isDuration() else { return nil }
            self = .frameDone
        case UInt8(ascii: "E") where words.skip("Error: ") || isLogged && words.skip("ERROR "):
            self = .error(words.text)
        default: return nil
        }
    }
}

extension BlenderOutput.Part {
    /// `… | Rendered 3/16 Tiles, Sample 32/128`: tiles, where there are some, else samples.
    fileprivate init?(_ words: ByteScanner) {
        var words = words
        words.skip(pastLast: UInt8(ascii: "|"))
        words.skipSpaces()
        let unit: String
        if words.skip("Rendered ") {
            unit = "tile"
        } else if words.skip("Sample ") {
            unit = "sample"
        } else {
            return nil
        }
        guard let done = words.integer(), words.skip("/"), let total = words.integer() else { return nil }
        self.init(unit: unit, done: done, total: total)
    }
}
