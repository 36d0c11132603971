/// Rules out most lines that contain none of the given texts, by sampling a line every few bytes.
///
/// It keeps a hash of the three-byte sequences at the start of each text, one for each offset up to the step between samples. The step
/// is the length of the shortest text minus two, so any text in a line covers at least one sample. Case is ignored.
struct FixedTextFilter {
    /// The number of bytes in a sample.
    private static let width = 3
    private static let bits: UInt32 = 16

    /// The distance between samples.
    private let step: Int
    /// A bit for each hash of three bytes, set for the sequences in the texts.
    private let known: [UInt64]

    /// - Parameter texts: each of at least three bytes.
    init(for texts: [FixedText]) {
        let step = (texts.map(\.bytes.count).min() ?? Self.width) - Self.width + 1
        var known = [UInt64](repeating: 0, count: 1 << (Self.bits - 6))
        for text in texts {
            text.bytes.withUnsafeBufferPointer { bytes in
                for start in 0..<step {
                    let hash = Self.hash(bytes, at: start)
                    known[hash >> 6] |= 1 << UInt64(hash & 63)
                }
            }
        }
        (self.step, self.known) = (step, known)
    }

    /// Whether the line may contain one of the texts; false if it certainly does not.
    func mayBe(in line: UnsafeBufferPointer<UInt8>) -> Bool {
        known.withUnsafeBufferPointer { known in
            var position = 0
            while position <= line.count - Self.width {
                let hash = Self.hash(line, at: position)
                if known[hash >> 6] & (1 << UInt64(hash & 63)) != 0 { return true }
                position += step
            }
            return false
        }
    }

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        let three = UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
        // Multiplication spreads the bits (Knuth's constant for 32 bits). 0x20 is the difference between upper and
        // lower case in ASCII.
        return Int(((three | 0x20_2020) &* 2_654_435_769) >> (32 - bits))
    }
}
