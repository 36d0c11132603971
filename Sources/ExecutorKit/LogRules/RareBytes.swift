import System

/// A few bytes of which every one of some texts has one, and where they come next in the output: lines without them have none
/// of the texts.
///
/// Which bytes are rare, the output itself shows: of Blender's progress lines, a single letter that is not in them may do for
/// all texts.
struct RareBytes {
    private struct Byte {
        let value: UInt8
        /// Where it comes next, once it was looked for.
        var next: UnsafePointer<UInt8>?
    }

    private let texts: [FixedText]
    private var bytes: [Byte] = []
    /// In how many of the lines that were counted each byte is.
    private var linesWith = [Int](repeating: 0, count: 256)
    private var countedLines = 0
    private var lines = 0
    private var vainCandidates = 0
    /// The part of the output that ``bytes`` are about, from the line that was looked at last.
    private var position: UnsafePointer<UInt8>?
    private var horizon: UnsafePointer<UInt8>?
    /// Where the first of the bytes comes next.
    private var nearest: UnsafePointer<UInt8>?

    /// Lines that are all counted, before the first choice that knows the output.
    private static let firstLines = 200
    /// Of the others, one of so many is counted.
    private static let interval = 256
    /// Lines after which the choice is thought over.
    private static let period = 4096
    /// What it costs to look for a byte in a line, and to look at a line in vain, in nanoseconds.
    private static let costs = (search: 4.0, line: 40.0)

    init(of texts: [FixedText]) {
        self.texts = texts
        // Until the output is known: in English and in Blender's words, most frequent first.
        let order = Array(
            " e0.:1tanoirs2|,Mm3FdlSyphcgu5648(7/9)PRbkTvVLIwD-_'CEAO\"BNUWGHKxfqzXJZYjQ=[]<>*+#&%!?@".utf8)
        for (index, byte) in order.enumerated() { linesWith[Int(byte)] = order.count - index }
        countedLines = order.count
        choose()
        (linesWith, countedLines) = (Array(repeating: 0, count: 256), 0)
    }

    /// Whether one of them is in the line.
    mutating func mayBe(in line: OutputLine) -> Bool {
        guard let start = line.bytes.baseAddress, !bytes.isEmpty else { return false }
        lines += 1
        if lines <= Self.firstLines || lines % Self.interval == 0 { count(line) }
        let end = start + line.bytes.count
        if let nearest, let position, horizon == start + line.reach, position < start, end <= nearest { return false }
        return search(from: start, to: end, horizon: start + line.reach)
    }

    /// Takes note of a line that had one of the bytes, and none of the texts.
    mutating func noteVainCandidate() { vainCandidates += 1 }

    private mutating func search(
        from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, horizon: UnsafePointer<UInt8>
    ) -> Bool {
        // The next piece of output lies where the one before it lay: a line that does not lie behind the last one is of it.
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
        // What was long ago counts less.
        countedLines /= 2
        for byte in linesWith.indices { linesWith[byte] /= 2 }
    }

    /// Chooses again and again the byte that costs least for each text that it adds.
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
