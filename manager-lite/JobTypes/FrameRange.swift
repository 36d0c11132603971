import FlamencoAPI

/// Frames of an animation, in render order, without duplicates.
///
/// Users write them as `1-10` or `1,4-7,12`; Blender's command line as `1..10` or `1,4..7,12`.
public struct FrameRange: Hashable, Sendable {
    /// The frames as runs of consecutive numbers, in order.
    public let runs: [ClosedRange<Int>]

    /// The highest frame number of Blender (its `MAXFRAME`).
    public static let highestFrame = 1_048_574

    /// Creates a range with these frames; duplicates are ignored.
    public init(_ frames: some Sequence<Int>) {
        var seen: Set<Int> = []
        self.init(runs: frames.lazy.filter { seen.insert($0).inserted }.map { $0...$0 })
    }

    /// Parses `1-10`, `1,4-7,12`, and also Blender's `1..10`; blanks around numbers are ignored.
    ///
    /// Frame numbers are not negative: Blender's command line counts negative ones from the end of the scene.
    ///
    /// - Throws: ``FrameRangeError`` with the invalid part.
    public init(parsing text: String) throws(FrameRangeError) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw FrameRangeError("it contains no frames") }
        var ranges: [ClosedRange<Int>] = []
        var count = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let range = try Self.range(in: part)
            count += range.count
            // A long range that is repeated a thousand times must not exhaust the memory.
            guard count <= 2 * (Self.highestFrame + 1) else {
                throw FrameRangeError("it contains too many frames")
            }
            ranges.append(range)
        }
        if zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound }) {
            self.init(runs: ranges)
        } else {
            self.init(ranges.joined())
        }
    }

    /// - Parameter runs: without duplicate numbers.
    private init(runs: some Sequence<ClosedRange<Int>>) {
        self.runs = runs.reduce(into: []) { runs, run in
            if let last = runs.last, last.upperBound + 1 == run.lowerBound {
                runs[runs.count - 1] = last.lowerBound...run.upperBound
            } else {
                runs.append(run)
            }
        }
    }

    /// The frame numbers.
    public var frames: [Int] { Array(runs.joined()) }

    /// The number of frames.
    public var count: Int { runs.reduce(0) { $0 + $1.count } }

    /// Returns the frames in groups of `size`, the last one with the rest.
    ///
    /// - Precondition: `size` is 1 or more.
    public func chunks(of size: Int) -> [FrameRange] {
        var chunks: [FrameRange] = []
        var chunk: [ClosedRange<Int>] = []
        var missing = size
        for run in runs {
            var next = run.lowerBound
            while next <= run.upperBound {
                let last = run.upperBound - next < missing ? run.upperBound : next + missing - 1
                chunk.append(next...last)
                missing -= last - next + 1
                next = last + 1
                guard missing == 0 else { continue }
                chunks.append(FrameRange(runs: chunk))
                chunk = []
                missing = size
            }
        }
        return chunk.isEmpty ? chunks : chunks + [FrameRange(runs: chunk)]
    }

    /// The frames in the notation of Blender's `--render-frame`: `1,4..7`.
    public var blenderNotation: String { text(joining: "..") }

    private func text(joining: String) -> String {
        runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)\(joining)\($0.upperBound)" }
            .joined(separator: ",")
    }
}

extension FrameRange: CustomStringConvertible {
    /// The frames as written by users: `1,4-7`.
    public var description: String { text(joining: "-") }
}

// MARK: - Parsing

extension FrameRange {
    private static func range(in part: Substring) throws(FrameRangeError) -> ClosedRange<Int> {
        guard part.contains(where: { !$0.isWhitespace }) else {
            throw FrameRangeError("a frame is missing between two commas or after the last one")
        }
        if let dots = part.firstRange(of: "..") {
            return try range(from: part[..<dots.lowerBound], to: part[dots.upperBound...], in: part)
        }
        let digits = part.drop(while: \.isWhitespace)
        guard !digits.hasPrefix("-") else {
            throw FrameRangeError(
                "\(JSONText.quoted(part.trimmed)) is below 0, which Blender's command line cannot render")
        }
        if let dash = part.firstIndex(of: "-") {
            return try range(from: part[..<dash], to: part[part.index(after: dash)...], in: part)
        }
        let number = try frame(in: part, of: part)
        return number...number
    }

    private static func range(
        from first: Substring, to last: Substring, in part: Substring
    ) throws(FrameRangeError) -> ClosedRange<Int> {
        let first = try frame(in: first, of: part)
        let last = try frame(in: last, of: part)
        guard first <= last else {
            throw FrameRangeError("\(JSONText.quoted(part.trimmed)) goes backwards; write \(last)-\(first)")
        }
        return first...last
    }

    private static func frame(in text: Substring, of part: Substring) throws(FrameRangeError) -> Int {
        let digits = text.trimmed
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw FrameRangeError("\(JSONText.quoted(part.trimmed)) is neither a frame number nor a range of two")
        }
        guard let number = Int(digits), number <= highestFrame else {
            throw FrameRangeError("frame \(digits) is above \(highestFrame), the highest that Blender supports")
        }
        return number
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// A problem in the text of a frame range.
public struct FrameRangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One clause without a full stop.
    public let description: String

    init(_ description: String) { self.description = description }
}
