import FlamencoAPI

/// The files that Blender writes for `--render-output`: their names, and a glob that matches them.
///
/// Blender (observed in 3.4) replaces the last hash signs in the last component of the path with the frame number,
/// padded with zeros to at least as many digits; without hash signs, four digits are appended. An extension of another
/// image format after the signs is replaced with the right one. A leading `//` is the folder of the blend file.
struct FrameFileNames: Hashable {
    /// The folder, including its last separator.
    let folder: String
    /// The text before the frame number.
    let prefix: String
    /// The minimum number of digits of the frame number.
    let digits: Int
    /// The text after the frame number, including the extension.
    let suffix: String

    init(renderOutput: String, blendFile: String, fileExtension: String) {
        let path =
            renderOutput.hasPrefix("//") ? Self.split(blendFile).folder + renderOutput.dropFirst(2) : renderOutput
        let (folder, name) = Self.split(path)
        self.folder = folder
        guard let last = name.lastIndex(of: "#") else {
            prefix = name
            digits = 4
            suffix = fileExtension
            return
        }
        let end = name.index(after: last)
        let start = name[..<end].lastIndex { $0 != "#" }.map(name.index(after:)) ?? name.startIndex
        prefix = String(name[..<start])
        digits = name.distance(from: start, to: end)
        let rest = name[end...]
        let stem = rest.lastIndex(of: ".").flatMap { point in
            BlenderFormat.imageExtensions.contains(rest[point...].lowercased()) ? rest[..<point] : nil
        }
        suffix = (stem ?? rest) + fileExtension
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let separator = path.lastIndex(where: { $0 == "/" || $0 == "\\" }) else { return ("", path) }
        return (String(path[...separator]), String(path[path.index(after: separator)...]))
    }

    /// The text before the frame number, without the separator between them.
    var stem: String { String(prefix.reversed().drop { "-_. ".contains($0) }.reversed()) }

    /// Returns a file for all frames, in the same folder: `scene-1-10.mp4`.
    func sibling(named stem: String, for frames: FrameRange, extension fileExtension: String) -> String {
        let text = frames.description
        // 255 bytes is the limit for file names on all common file systems.
        let span = "\(frames.frames.min() ?? 0)-\(frames.frames.max() ?? 0)"
        return folder + stem + "-" + (text.utf8.count <= 60 ? text : span)
            + fileExtension
    }
}

// MARK: - Glob

extension FrameFileNames {
    /// Returns a glob, for FFmpeg's `-pattern_type glob`, that matches the files of these frames in order of their
    /// numbers.
    ///
    /// It matches no other frames, so that a video of frames 4 to 7 contains just those, whatever else is in the
    /// folder. Only if the pattern would be too long for FFmpeg (1024 bytes in 5.1), it matches all existing frames.
    func glob(for frames: FrameRange) -> String {
        let exact = glob(alternatives: DigitPatterns(frames.frames.sorted(), digits: digits).patterns)
        if exact.utf8.count < 1000 { return exact }
        let widths = Set(frames.frames.map { max(digits, String($0).count) }).sorted()
        return glob(alternatives: widths.map { String(repeating: "[0-9]", count: $0) })
    }

    /// A glob that matches all existing frames.
    var globOfAll: String { Self.escape(folder + prefix) + "*" + Self.escape(suffix) }

    private func glob(alternatives: [String]) -> String {
        // Also braces around a single alternative: FFmpeg (5.1) treats a name as a glob only if it contains `*`, `?` or
        // `{`.
        Self.escape(folder + prefix) + "{" + alternatives.joined(separator: ",") + "}"
            + Self.escape(suffix)
    }

    /// A variable, as in `{shared}/frames`, is replaced later, so braces at the start are not escaped.
    private static func escape(_ path: String) -> String {
        var variable: Substring = ""
        if path.hasPrefix("{"), let end = path.firstIndex(of: "}") { variable = path[...end] }
        return path.dropFirst(variable.count).reduce(into: String(variable)) { escaped, character in
            if "*?[]{}\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
    }
}

/// Glob patterns that match numbers padded with zeros, and nothing else: `000[1-9]`, `0010` for 1 to 10.
struct DigitPatterns {
    /// The patterns, in the order of the matched numbers.
    private(set) var patterns: [String] = []

    /// Creates patterns for these numbers, in ascending order, with at least this many digits.
    init(_ numbers: [Int], digits: Int) {
        for run in FrameRange(numbers).runs { append(run, digits: digits) }
    }

    /// Appends the pattern of the largest block of numbers that starts at the lower bound and differs only in its last
    /// digits, then continues after it.
    private mutating func append(_ run: ClosedRange<Int>, digits: Int) {
        var next = run.lowerBound
        while next <= run.upperBound {
            var freeDigits = 0
            var block = 1
            while next.isMultiple(of: block * 10), next + block * 10 - 1 <= run.upperBound,
                // Numbers from 0 to 99 have the same width only if they are padded to more than one digit.
                next > 0 || freeDigits + 1 < digits
            {
                block *= 10
                freeDigits += 1
            }
            let digit = next / block % 10
            let steps = min(9 - digit, (run.upperBound + 1 - next) / block - 1)
            let text = String(next / block)
            let width = max(digits, String(next).count) - freeDigits
            let padded = String(repeating: "0", count: max(0, width - text.count)) + text
            patterns.append(
                padded.dropLast() + Self.oneOf(digit, digit + steps) + String(repeating: "[0-9]", count: freeDigits))
            next += (steps + 1) * block
        }
    }

    private static func oneOf(_ first: Int, _ last: Int) -> String {
        first == last ? "\(first)" : "[\(first)-\(last)]"
    }
}
