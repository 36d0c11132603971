/// The identity of a job, a task or a worker: a UUID, without the memory that its text would take.
struct Identity: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// A random identity (RFC 9562 §5.4, version 4).
    init(using generator: inout some RandomNumberGenerator) {
        high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// The identity that a text says, in either case; absent when it says none.
    init?(_ text: String) {
        var (high, low, digits) = (UInt64(0), UInt64(0), 0)
        for (place, byte) in text.utf8.enumerated() {
            if Self.dashes.contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard digits < 32, let value = Self.value(of: byte) else { return nil }
            if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
            digits += 1
        }
        guard digits == 32 else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// The identity as it is written, in lower case.
    var text: String {
        String(unsafeUninitializedCapacity: 36) { room in
            var shift = 60
            for place in 0..<36 {
                if Self.dashes.contains(place) {
                    room[place] = UInt8(ascii: "-")
                    continue
                }
                let digit = UInt8(truncatingIfNeeded: (place < 18 ? high : low) >> UInt64(shift)) & 15
                room[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                shift = shift == 0 ? 60 : shift - 4
            }
            return 36
        }
    }

    // Where dashes stand: a bit each.
    private static let dashes = Places(bits: 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23)

    private struct Places {
        let bits: UInt64
        func contains(_ place: Int) -> Bool { place < 64 && bits >> UInt64(place) & 1 == 1 }
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Identity {
    /// The text of a random identity.
    static func random(using generator: inout some RandomNumberGenerator) -> String { Identity(using: &generator).text }

    /// The text of the identity that somebody wrote, which is not told apart by case.
    ///
    /// - Throws: ``FarmError``, when it is not a UUID.
    static func read(_ text: String, of kind: String) throws(FarmError) -> String {
        try Identity(text, of: kind).text
    }

    /// The identity that somebody wrote.
    ///
    /// - Throws: ``FarmError``, when it is not a UUID.
    init(_ text: String, of kind: String) throws(FarmError) {
        guard let identity = Identity(text) else {
            throw FarmError(.badRequest, "the ID of a \(kind) should be a UUID, but is “\(text)”")
        }
        self = identity
    }
}

extension Identity: CustomStringConvertible {
    var description: String { text }
}

extension Identity {
    func write(to writer: inout ArchiveWriter) {
        writer.write(high)
        writer.write(low)
    }

    init(from reader: inout ArchiveReader) throws(ArchiveError) {
        high = try reader.bits()
        low = try reader.bits()
    }
}
