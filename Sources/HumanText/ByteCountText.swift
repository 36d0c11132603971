/// Numbers of bytes as people write and read them: `512 MiB`, `1.5GiB`.
public enum ByteCountText {
    /// The number of bytes that `text` stands for: a number alone, or with a unit in any case. `KiB`, `MiB`, `GiB`, `TiB` and
    /// the short `K`, `M`, `G`, `T` are powers of 1024, as in systemd; `kB`, `MB`, `GB`, `TB` are powers of 1000.
    public static func parse(_ text: String) -> Int? {
        let compact = text.filter { $0 != " " }
        let digits = compact.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let unit = compact.dropFirst(digits.count).lowercased()
        guard let count = Double(digits), let factor = units[unit] else { return nil }
        let bytes = count * Double(factor)
        return bytes < Double(Int.max) ? Int(bytes) : nil
    }

    /// `bytes` as messages have it: `512 bytes`, `12.3 MiB`.
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
    private static let units = [
        "": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30,
        "t": 1 << 40, "tib": 1 << 40, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    ]
}
