/// A short text that follows from bytes, the same everywhere and always: for telling whether something is still what it
/// was (the ETag of RFC 9110 §8.8.3), not for keeping secrets.
public enum Fingerprint {
    /// The fingerprint of these bytes: FNV-1a of 64 bits, in 16 hexadecimal digits.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
