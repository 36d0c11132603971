import ExecutorKit

/// The meaning of a line of FFmpeg's output.
enum FFmpegOutput: Hashable {
    /// The progress of FFmpeg.
    struct Progress: Hashable {
        /// Frames written; nil without video.
        let frame: Int?
        /// The time in the output: `00:01:02.50`; nil before the first packet.
        let time: String?

        /// Returns the progress as text.
        func activity(totalFrames: Int?) -> String? {
            if let frame, let totalFrames, frame <= totalFrames { return "frame \(frame) of \(totalFrames)" }
            if let frame { return "frame \(frame)" }
            return time.map { "at \($0)" }
        }
    }

    /// `frame=   10 fps=0.0 q=-1.0 Lsize=       5kB time=00:00:00.29 …`, or, for audio only, `size=     256kB time=…`.
    case progress(Progress)
    /// A line that may be the reason if FFmpeg fails after it.
    case message(String)

    /// Parses a line; nil if it only describes files and streams.
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

    /// Parses the `name=value` pairs of a line, with optional spaces after `=`.
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

/// Finds out why FFmpeg failed: the first error of the codec, filter or format that failed, and not what FFmpeg
/// concludes from it ("Error initializing output stream").
struct FFmpegReason {
    /// Texts in lines about consequences of an error that was printed before.
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
    /// Beginnings of lines that are not errors, after the name of the component.
    private static let descriptions = [
        "ffmpeg version", "Input #", "Output #", "Stream mapping:", "Press [q]", "video:", "[info]", "using ",
        "profile ",
        "264 - core", "Neither bitrate nor", "deprecated pixel format", "Consider increasing", "[warning]",
    ]

    private struct Message {
        let part: Substring?
        let text: String
    }

    /// The messages since the last descriptive line.
    private var group: [Message] = []
    private var cause: String?
    private var last: String?

    /// Adds a line that may be the reason.
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

    /// Adds a line that only describes files and streams.
    mutating func takeDescription() { group = [] }

    /// The reason, if there is one.
    var text: String? { cause ?? last }

    /// Of a codec that prints an error and then possible values, the first line counts.
    private static func first(of group: [Message]) -> String? {
        if let error = group.first(where: { $0.text.contains("[error]") }) { return error.text }
        guard let last = group.last else { return nil }
        return group.first { $0.part == last.part }?.text
    }

    /// `[libx264 @ 0x561f00c18d00] width not divisible by 2` is from a component of FFmpeg; several may precede a text.
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
