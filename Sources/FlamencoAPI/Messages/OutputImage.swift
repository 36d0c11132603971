public import FoundationEssentials

/// An image of what a task made (Flamenco 3: `taskOutputProduced`).
public struct OutputImage: Hashable, Sendable {
    /// What the bytes are.
    public var format: ImageFormat
    /// The file.
    public var data: Data

    /// An image.
    public init(format: ImageFormat, data: Data) {
        self.format = format
        self.data = data
    }
}

/// The formats that managers take images in, by their content types.
public enum ImageFormat: String, CaseIterable, Hashable, Sendable {
    case jpeg = "image/jpeg"
    case png = "image/png"

    /// The format of a file that begins like this, whatever its name is.
    public init?(firstBytes bytes: some Collection<UInt8>) {
        let format = Self.allCases.first { bytes.starts(with: $0.beginning) }
        guard let format else { return nil }
        self = format
    }

    /// What every file of the format begins with (ISO/IEC 10918-1 §B.1.1.3: SOI and the next marker; PNG 3rd ed. §5.2).
    private var beginning: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }
}

/// Where the newest image of a job is (Flamenco 3: `JobLastRenderedImageInfo`): at the base, a slash, and one of the
/// suffixes.
public struct JobLastRenderedImageInfo: Codable, Hashable, Sendable {
    /// What the paths of all its forms begin with.
    public var base: String
    /// The forms that there are, the largest first.
    public var suffixes: [String]

    /// Where an image is.
    public init(base: String, suffixes: [String]) {
        self.base = base
        self.suffixes = suffixes
    }
}
