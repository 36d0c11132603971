/// The ID of a job, a task or a worker: a UUID, which needs less memory than its text.
struct Identity: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Creates a random identity (RFC 9562 §5.4, version 4).
    init(using generator: inout some RandomNumberGenerator) {
        high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Parses an ID, ignoring case; nil if it is invalid.
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

    /// The ID as lower-case text.
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

    // The positions of dashes: one bit each.
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
    /// Returns the text of a random ID.
    static func random(using generator: inout some RandomNumberGenerator) -> String { Identity(using: &generator).text }

    /// Normalises the text of an ID, ignoring case.
    ///
    /// - Throws: ``FarmError`` if it is not a UUID.
    static func read(_ text: String, of kind: String) throws(FarmError) -> String {
        try Identity(text, of: kind).text
    }

    /// Parses an ID.
    ///
    /// - Throws: ``FarmError`` if it is not a UUID.
    init(_ text: String, of kind: String) throws(FarmError) {
        guard let identity = Identity(text) else {
            throw FarmError(.badRequest, "the ID of a \(kind) should be a UUID, but is \"\(text)\"")
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
