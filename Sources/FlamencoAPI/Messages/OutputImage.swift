public import FoundationEssentials

/// An image that a task produced (Flamenco 3: `taskOutputProduced`).
public struct OutputImage: Hashable, Sendable {
    /// The format of the data.
    public var format: ImageFormat
    /// The content of the file.
    public var data: Data

    /// Creates an image.
    public init(format: ImageFormat, data: Data) {
        self.format = format
        self.data = data
    }
}

/// The image formats that managers accept, by content type.
public enum ImageFormat: String, CaseIterable, Hashable, Sendable {
    case jpeg = "image/jpeg"
    case png = "image/png"

    /// Detects the format from the beginning of a file, independently of its name.
    public init?(firstBytes bytes: some Collection<UInt8>) {
        let format = Self.allCases.first { bytes.starts(with: $0.beginning) }
        guard let format else { return nil }
        self = format
    }

    /// The first bytes of every file of the format (ISO/IEC 10918-1 §B.1.1.3: SOI and the next marker; PNG 3rd ed.
    /// §5.2).
    private var beginning: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }
}

/// The location of a job's newest image (Flamenco 3: `JobLastRenderedImageInfo`): the base, a slash, and one of the
/// suffixes.
public struct JobLastRenderedImageInfo: Codable, Hashable, Sendable {
    /// The common beginning of the paths.
    public var base: String
    /// The available variants, the largest first.
    public var suffixes: [String]

    /// Creates a location.
    public init(base: String, suffixes: [String]) {
        self.base = base
        self.suffixes = suffixes
    }
}
