import ExecutorKit

/// What a line that FFmpeg prints says.
enum FFmpegOutput: Hashable {
    /// How far FFmpeg is.
    struct Progress: Hashable {
        /// Frames written; absent where there is no video.
        let frame: Int?
        /// The time in the output: `00:01:02.50`; absent before the first packet.
        let time: String?

        /// The progress in words for people.
        func activity(totalFrames: Int?) -> String? {
            if let frame, let totalFrames, frame <= totalFrames { return "frame \(frame) of \(totalFrames)" }
            if let frame { return "frame \(frame)" }
            return time.map { "at \($0)" }
        }
    }

    /// `frame=   10 fps=0.0 q=-1.0 Lsize=       5kB time=00:00:00.29 …`, or, for sound alone, `size=     256kB time=…`.
    case progress(Progress)
    /// A line that, if FFmpeg fails after it, says why.
    case message(String)

    /// What the line says; nothing when it only describes files and streams.
    init?(_ line: OutputLine) {
        if line.starts(with: "frame=") || line.starts(with: "size=") {
            let words = Self.values(in: line.text)
            let time = words["time"].flatMap { $0 == "N/A" ? nil : $0 }
            self = .progress(Progress(frame: words["frame"].flatMap { Int($0) }, time: time))
        } else if line.bytes.isEmpty || line.starts(with: " ") || line.starts(with: "Conversion failed!") {
            return nil
        } else {
            self = .message(line.text)
        }
    }

    /// The `name=value` pairs of a line, where spaces may stand between `=` and value.
    private static func values(in text: String) -> [Substring: String] {
        var values: [Substring: String] = [:]
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == " " }
            let afterSpaces = rest[rest.index(after: equals)...].drop { $0 == " " }
            let value = afterSpaces.prefix { $0 != " " }
            values[name] = String(value)
            rest = rest[value.endIndex...]
        }
        return values
    }
}

/// Why FFmpeg failed, of all that it said: the first error of the codec, filter or format that gave up, and not what FFmpeg
/// concludes from it ("Error initializing output stream").
struct FFmpegReason {
    /// What stands in lines that say that something failed since something else did, whose error was printed before.
    private static let conclusions = [
        "Error initializing", "Error while opening encoder", "Error reinitializing", "Error while processing",
        "Error while filtering", "Error applying", "Failed to inject frame", "Failed to configure",
        "Could not write header",
        "Could not open encoder", "Error opening output file", "Error opening input file",
        "Error splitting the argument",
        "Error setting option", "Error sending frames", "Error writing trailer", "Error muxing", "Error submitting",
        "Nothing was written into output file", "Conversion failed", "Task finished with error",
        "Terminating thread with",
        "Error parsing options",
    ]
    /// What is no error at the beginning of a line, behind the name of the part that says it.
    private static let descriptions = [
        "ffmpeg version", "Input #", "Output #", "Stream mapping:", "Press [q]", "video:", "[info]", "using ",
        "profile ",
        "264 - core", "Neither bitrate nor", "deprecated pixel format", "Consider increasing", "[warning]",
    ]

    private struct Message {
        let part: Substring?
        let text: String
    }

    /// What was said since the last line that only describes something.
    private var group: [Message] = []
    private var cause: String?
    private var last: String?

    /// Takes a line that may say why.
    mutating func take(_ line: String) {
        let (part, text) = Self.split(line)
        if Self.descriptions.contains(where: text.hasPrefix) || text.wholeMatch(of: #/v\d+\.[\d.\-a-z]+/#) != nil {
            return group = []
        }
        if Self.conclusions.contains(where: text.hasPrefix) {
            cause = cause ?? Self.first(of: group)
        } else {
            group.append(Message(part: part, text: part.map { "\($0): \(text)" } ?? text))
        }
        last = line
    }

    /// Takes a line that only describes files and streams.
    mutating func takeDescription() { group = [] }

    /// The reason, as far as lines say one.
    var text: String? { cause ?? last }

    /// Of a codec that says what is wrong and then what there would be, the first counts.
    private static func first(of group: [Message]) -> String? {
        if let error = group.first(where: { $0.text.contains("[error]") }) { return error.text }
        guard let last = group.last else { return nil }
        return group.first { $0.part == last.part }?.text
    }

    /// `[libx264 @ 0x561f00c18d00] width not divisible by 2` comes from a part of FFmpeg; several may stand before a text.
    private static func split(_ line: String) -> (part: Substring?, text: String) {
        var rest = line[...]
        var part: Substring?
        while let match = rest.prefixMatch(of: #/\[([^\]@]+) @ (?:0x)?[0-9a-f]+\] /#) {
            part = part ?? match.1
            rest = rest[match.range.upperBound...]
        }
        if part == nil, let match = rest.prefixMatch(of: #/(\w+) (?=\[(?:info|error|warning)\])/#) {
            part = match.1
            rest = rest[match.range.upperBound...]
        }
        return (part, String(rest))
    }
}
