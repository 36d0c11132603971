import FlamencoAPI

/// The files that Blender writes for `--render-output`: how their names come about, and a glob that finds them again.
///
/// Blender (3.4, seen) puts the frame number, padded with zeros, in place of the last hash signs in the last part of the
/// path, at least as many digits as there are signs; where there are none, four digits go to the end. An extension of
/// another image format that follows the signs gives way to the right one. `//` at the start is the folder of the
/// blend file.
struct FrameFileNames: Hashable {
    /// The folder, up to and with its last separator.
    let folder: String
    /// What stands before the frame number.
    let prefix: String
    /// How many digits the frame number has at least.
    let digits: Int
    /// What follows the frame number, extension included.
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

    /// What stands before the frame number, without what sets it apart from that.
    var stem: String { String(prefix.reversed().drop { "-_. ".contains($0) }.reversed()) }

    /// A file that stands for all the frames, next to them: `scene-1-10.mp4`.
    func sibling(named stem: String, for frames: FrameRange, extension fileExtension: String) -> String {
        let text = frames.description
        // 255 bytes is the limit for a file name on every file system in use.
        let span = "\(frames.frames.min() ?? 0)-\(frames.frames.max() ?? 0)"
        return folder + stem + "-" + (text.utf8.count <= 60 ? text : span)
            + fileExtension
    }
}

// MARK: - Glob

extension FrameFileNames {
    /// A glob, for FFmpeg's `-pattern_type glob`, that finds the files of these frames, and gives them in the order of
    /// their numbers.
    ///
    /// It finds no other frames, so that a video of frames 4 to 7 has just those, whatever else is in the folder. Only when
    /// that would make the pattern longer than FFmpeg takes (1024 bytes in 5.1), it finds every frame there is.
    func glob(for frames: FrameRange) -> String {
        let exact = glob(alternatives: DigitPatterns(frames.frames.sorted(), digits: digits).patterns)
        if exact.utf8.count < 1000 { return exact }
        let widths = Set(frames.frames.map { max(digits, String($0).count) }).sorted()
        return glob(alternatives: widths.map { String(repeating: "[0-9]", count: $0) })
    }

    /// A glob that finds all frames that there are.
    var globOfAll: String { Self.escape(folder + prefix) + "*" + Self.escape(suffix) }

    private func glob(alternatives: [String]) -> String {
        // Braces around a single one too: FFmpeg (5.1) takes a name for a glob only if it finds `*`, `?` or `{` in it.
        Self.escape(folder + prefix) + "{" + alternatives.joined(separator: ",") + "}"
            + Self.escape(suffix)
    }

    /// A variable, as in `{shared}/frames`, is still to be replaced, so that the braces of one at the start stay.
    private static func escape(_ path: String) -> String {
        var variable: Substring = ""
        if path.hasPrefix("{"), let end = path.firstIndex(of: "}") { variable = path[...end] }
        return path.dropFirst(variable.count).reduce(into: String(variable)) { escaped, character in
            if "*?[]{}\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
    }
}

/// Glob patterns that match numbers, padded with zeros, and nothing else: `000[1-9]`, `0010` for 1 to 10.
struct DigitPatterns {
    /// The patterns, in the order of the numbers that they match.
    private(set) var patterns: [String] = []

    /// Patterns for these numbers, which are in ascending order, with at least so many digits each.
    init(_ numbers: [Int], digits: Int) {
        for run in FrameRange(numbers).runs { append(run, digits: digits) }
    }

    /// Takes the widest block of numbers that starts at the lower bound and differs only in its last digits, then goes on
    /// behind it.
    private mutating func append(_ run: ClosedRange<Int>, digits: Int) {
        var next = run.lowerBound
        while next <= run.upperBound {
            var freeDigits = 0
            var block = 1
            while next.isMultiple(of: block * 10), next + block * 10 - 1 <= run.upperBound,
                // Those from 0 to 99 have the same width only if they are padded to more than one digit.
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
