/// Amounts of bytes as people write and read them: `512 MiB`, `1.5GiB`.
public enum ByteCountText {
    /// The amount that `text` says: a number of bytes, or a number with one of the units `B`, `KiB`, `MiB`, `GiB`, `TiB`
    /// (the short `K`, `M`, `G`, `T` mean the same).
    public static func parse(_ text: String) -> Int? {
        let compact = text.filter { $0 != " " }
        let digits = compact.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let unit = compact.dropFirst(digits.count).lowercased()
        guard let count = Double(digits), let power = powers[unit] else { return nil }
        let bytes = count * Double(1 << (10 * power))
        return bytes < Double(Int.max) ? Int(bytes) : nil
    }

    /// `bytes` in the words of a message: `512 bytes`, `12.3 MiB`.
    public static func text(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var amount = Double(bytes)
        var power = 0
        while amount >= 1023.95, power < names.count - 1 {
            amount /= 1024
            power += 1
        }
        let tenths = Int((amount * 10).rounded())
        return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " " + names[power]
    }

    private static let names = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    private static let powers = [
        "": 0, "b": 0, "k": 1, "kib": 1, "m": 2, "mib": 2, "g": 3, "gib": 3, "t": 4, "tib": 4,
    ]
}
