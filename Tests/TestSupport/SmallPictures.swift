/// The smallest files that are pictures to whoever looks at their ends.
public enum SmallPictures {
    /// A PNG file of this size.
    public static func png(width: UInt8 = 64, height: UInt8 = 36) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0, 1, 2, 3, 4]
            + [0, 0, 0, 4] + Array("IDAT".utf8) + [1, 2, 3, 4, 5, 6, 7, 8]
            + [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    }

    /// A JPEG file of this size.
    public static func jpeg(width: UInt8 = 64, height: UInt8 = 36) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0x4A, 0x46, 0xFF, 0xC0, 0, 8, 8, 0, height, 0, width, 1]
            + [0xFF, 0xDA, 0, 2, 1, 2, 3, 4, 0xFF, 0, 5, 6, 0xFF, 0xD9]
    }

    /// An OpenEXR file of scan lines without compression: a chunk for each line.
    public static func exr(width: UInt8 = 4, height: UInt8 = 3) -> [UInt8] {
        func attribute(_ name: String, _ type: String, _ value: [UInt8]) -> [UInt8] {
            Array(name.utf8) + [0] + Array(type.utf8) + [0] + number(value.count) + value
        }
        let window = number(0) + number(0) + number(Int(width) - 1) + number(Int(height) - 1)
        let header =
            [0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0] + attribute("compression", "compression", [0])
            + attribute("dataWindow", "box2i", window) + attribute("displayWindow", "box2i", window) + [0]
        let line = number(8) + Array(repeating: UInt8(7), count: 8)
        let first = header.count + Int(height) * 8
        let table = (0..<Int(height)).flatMap { number(first + $0 * (line.count + 4)) + number(0) }
        return header + table + (0..<Int(height)).flatMap { number($0) + line }
    }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
