import FoundationEssentials

/// The identities of jobs, tasks and workers: UUIDs in lower case.
enum Identity {
    /// A random identity (RFC 9562 §5.4, version 4).
    static func random(using generator: inout some RandomNumberGenerator) -> String {
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let bytes = [high, low].flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The identity that somebody wrote, which is not told apart by case.
    ///
    /// - Throws: ``FarmError``, when it is not a UUID.
    static func read(_ text: String, of kind: String) throws(FarmError) -> String {
        guard UUID(uuidString: text) != nil else {
            throw FarmError(.badRequest, "the identity of a \(kind) is a UUID, found “\(text)”")
        }
        return text.lowercased()
    }
}
