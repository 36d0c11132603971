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
