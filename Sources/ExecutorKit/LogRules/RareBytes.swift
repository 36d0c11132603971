import System

/// A few bytes such that each of some texts contains one of them, and their next occurrences in the output: lines
/// without them contain none of the texts.
///
/// Which bytes are rare is learned from the output itself: for Blender's progress lines, a single letter that does not
/// occur in them may be sufficient for all texts.
struct RareBytes {
    private struct Byte {
        let value: UInt8
        /// Its next occurrence, once it was searched for.
        var next: UnsafePointer<UInt8>?
    }

    private let texts: [FixedText]
    private var bytes: [Byte] = []
    /// The number of counted lines that contain each byte.
    private var linesWith = [Int](repeating: 0, count: 256)
    private var countedLines = 0
    private var lines = 0
    private var vainCandidates = 0
    /// The part of the output that the occurrences refer to, from the last checked line.
    private var position: UnsafePointer<UInt8>?
    private var horizon: UnsafePointer<UInt8>?
    /// The next occurrence of any of the bytes.
    private var nearest: UnsafePointer<UInt8>?

    /// Lines that are all counted, before the first choice based on the output.
    private static let firstLines = 200
    /// Of later lines, one in this many is counted.
    private static let interval = 256
    /// The number of lines after which the choice is reviewed.
    private static let period = 4096
    /// The cost of searching for a byte in a line, and of checking a line in vain, in nanoseconds.
    private static let costs = (search: 4.0, line: 40.0)

    init(of texts: [FixedText]) {
        self.texts = texts
        // Until the output is known: the frequencies in English and in Blender's messages, most frequent first.
        let order = Array(
            " e0.:1tanoirs2|,Mm3FdlSyphcgu5648(7/9)PRbkTvVLIwD-_'CEAO\"BNUWGHKxfqzXJZYjQ=[]<>*+#&%!?@".utf8)
        for (index, byte) in order.enumerated() { linesWith[Int(byte)] = order.count - index }
        countedLines = order.count
        choose()
        (linesWith, countedLines) = (Array(repeating: 0, count: 256), 0)
    }

    /// Whether the line contains one of the bytes.
    mutating func mayBe(in line: OutputLine) -> Bool {
        guard let start = line.bytes.baseAddress, !bytes.isEmpty else { return false }
        lines += 1
        if lines <= Self.firstLines || lines % Self.interval == 0 { count(line) }
        let end = start + line.bytes.count
        if let nearest, let position, horizon == start + line.reach, position < start, end <= nearest { return false }
        return search(from: start, to: end, horizon: start + line.reach)
    }

    /// Counts a line that contained one of the bytes, but none of the texts.
    mutating func noteVainCandidate() { vainCandidates += 1 }

    private mutating func search(
        from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, horizon: UnsafePointer<UInt8>
    ) -> Bool {
        // The next piece of output is in the same place as the one before: a line that is not after the last one
        // belongs to it.
        let isOther = self.horizon != horizon || position.map { start <= $0 } ?? true
        (self.horizon, position) = (horizon, start)
        var nearest = horizon
        for index in bytes.indices {
            var next = bytes[index].next ?? start
            if isOther || next < start || bytes[index].next == nil {
                let found = memchr(start, Int32(bytes[index].value), horizon - start)
                next = found.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? horizon
                bytes[index].next = next
            }
            nearest = min(nearest, next)
        }
        self.nearest = nearest
        return nearest < end
    }

    private mutating func count(_ line: OutputLine) {
        countedLines += 1
        var seen = ByteSet()
        for byte in line.bytes where !seen.contains(byte) {
            seen.insert(byte)
            linesWith[Int(byte)] += 1
        }
        if lines == Self.firstLines { choose() }
        guard lines >= Self.period else { return }
        if vainCandidates > lines / 64 { choose() }
        (lines, vainCandidates) = (Self.firstLines, 0)
        // Reduces the weight of older lines.
        countedLines /= 2
        for byte in linesWith.indices { linesWith[byte] /= 2 }
    }

    /// Repeatedly chooses the byte with the lowest cost for each text that it adds.
    private mutating func choose() {
        var chosen: [UInt8] = []
        var left = texts.map { Set($0.bytes) }
        let letters = texts.map(\.ignoresCase)
        while left.contains(where: { !$0.isEmpty }) {
            var best: (bytes: [UInt8], cost: Double)?
            for byte in UInt8.min...UInt8.max {
                let having = left.indices.filter { left[$0].contains(byte) }
                guard !having.isEmpty else { continue }
                let isEither = having.contains { letters[$0] } && ByteSet.letters.contains(byte)
                let bytes = isEither ? [byte, byte ^ 0x20] : [byte]
                let cost = bytes.reduce(0) { $0 + self.cost($1) } / Double(having.count)
                if cost < best?.cost ?? .infinity { best = (bytes, cost) }
            }
            guard let best else { break }
            chosen += best.bytes
            for index in left.indices where left[index].contains(best.bytes[0]) { left[index] = [] }
        }
        bytes = chosen.map { Byte(value: $0, next: nil) }
        (horizon, position, nearest) = (nil, nil, nil)
    }

    private func cost(_ byte: UInt8) -> Double {
        Self.costs.search + Self.costs.line * Double(linesWith[Int(byte)]) / Double(max(1, countedLines))
    }
}
