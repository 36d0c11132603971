/// An enum of the contract that stays open: a value that a newer manager or worker adds decodes as `unknown` and encodes
/// as it came, instead of breaking the whole message.
public protocol WireEnum: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Every value that the contract names, with its spelling on the wire.
    static var spellings: [(Self, String)] { get }

    /// A value that this program does not know, as it was spelled on the wire.
    static func unknown(_ spelling: String) -> Self

    /// The spelling, when the value is one that this program does not know.
    var unknownSpelling: String? { get }
}

extension WireEnum {
    /// The value with this spelling; `unknown` when the contract names none.
    public init(spelling: String) {
        self = Self.spellings.first { $0.1 == spelling }?.0 ?? .unknown(spelling)
    }

    /// The spelling on the wire.
    public var spelling: String {
        unknownSpelling ?? Self.spellings.first { $0.0 == self }?.1 ?? ""
    }

    /// The spelling on the wire.
    public var description: String { spelling }

    /// Decodes any string; only another JSON type is an error.
    public init(from decoder: any Decoder) throws {
        self.init(spelling: try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the spelling on the wire.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(spelling)
    }
}
