/// A short string derived from bytes, always the same for the same bytes: for detecting changes (the ETag of RFC 9110
/// §8.8.3), not for cryptography.
public enum Fingerprint {
    /// Returns the fingerprint of these bytes: 64-bit FNV-1a, as 16 hexadecimal digits.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        // Iterating over contiguous bytes is much faster.
        let digits = String(bytes.withContiguousStorageIfAvailable { hash($0) } ?? hash(bytes), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
