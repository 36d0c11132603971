import System

/// Text that a line must contain so that an expression can match.
struct FixedText: Hashable, Sendable {
    /// In lower case if the case is ignored.
    let bytes: [UInt8]
    let ignoresCase: Bool

    /// Shorter ones are contained in too many lines.
    private static let shortest = 3
    private static let mostAlternatives = 16

    /// Returns texts of which every matching line contains at least one; empty if there are none of sufficient length.
    static func required(by node: PatternNode) -> [FixedText] {
        best(in: node).flatMap { quality(of: $0) >= shortest ? $0 : nil } ?? []
    }

    /// Whether a line contains the text.
    func isIn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = bytes.count
        return bytes.withUnsafeBufferPointer { text in
            guard line.count >= count else { return false }
            guard ignoresCase else { return line.position(of: text) != nil }
            for start in 0...(line.count - count) {
                var index = 0
                while index < count, Self.lowercased(line[start + index]) == text[index] { index += 1 }
                if index == count { return true }
            }
            return false
        }
    }

    /// A set is as selective as its shortest text.
    private static func quality(of texts: [FixedText]) -> Int { texts.map(\.bytes.count).min() ?? 0 }

    private static func best(in node: PatternNode) -> [FixedText]? {
        switch node {
        case .byte, .sequence: bestPart(of: flattened(node))
        case .assertion: nil
        case .repeated(let node, let least, _): least > 0 ? best(in: node) : nil
        case .choice(let nodes): bestForAll(nodes)
        }
    }

    private static func bestForAll(_ nodes: [PatternNode]) -> [FixedText]? {
        var texts: [FixedText] = []
        for node in nodes {
            guard let some = best(in: node) else { return nil }
            texts += some
        }
        return texts.count <= mostAlternatives ? texts : nil
    }

    private static func bestPart(of nodes: [PatternNode]) -> [FixedText]? {
        var candidates: [[FixedText]] = []
        var run: [UInt8] = []
        var ignoresCase = false
        func endRun() {
            if !run.isEmpty {
                let bytes = ignoresCase ? run.map(lowercased) : run
                candidates.append([FixedText(bytes: bytes, ignoresCase: ignoresCase)])
            }
            (run, ignoresCase) = ([], false)
        }
        for node in nodes {
            if case .byte(let set) = node, let few = set.few, let byte = few.last,
                few.count == 1 || few[0] ^ byte == 0x20 && ByteSet.letters.contains(byte)
            {
                run.append(byte)
                ignoresCase = ignoresCase || few.count == 2
            } else if case .assertion = node {
                continue
            } else {
                endRun()
                if case .byte = node { continue }
                if let part = best(in: node) { candidates.append(part) }
            }
        }
        endRun()
        return candidates.max { quality(of: $0) < quality(of: $1) }
    }

    private static func flattened(_ node: PatternNode) -> [PatternNode] {
        if case .sequence(let nodes) = node { nodes.flatMap(flattened) } else { [node] }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
