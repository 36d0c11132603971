/// A short text that follows from bytes, the same everywhere and always: for telling whether something is still what it
/// was (the ETag of RFC 9110 §8.8.3), not for keeping secrets.
public enum Fingerprint {
    /// The fingerprint of these bytes: FNV-1a of 64 bits, in 16 hexadecimal digits.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        // Bytes that stand side by side are much faster to look at than one by one.
        let digits = String(bytes.withContiguousStorageIfAvailable { hash($0) } ?? hash(bytes), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
