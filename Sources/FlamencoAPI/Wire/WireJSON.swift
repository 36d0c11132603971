public import FoundationEssentials

/// JSON as it goes over the wire, in both directions.
public enum WireJSON {
    /// How deep lists and objects may be nested in what comes over the wire.
    public static let wireDepth = 64

    /// `value` as compact JSON, members in the order of their names, so that equal values are equal bytes.
    ///
    /// - Parameter dialect: whose field names and statuses to use; without one, everything is written, for the same program
    ///   to read it back.
    /// - Throws: `EncodingError`, for numbers that JSON cannot express (infinity, not-a-number).
    public static func encode(_ value: some Encodable, in dialect: APIDialect? = nil) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo = .init(dialect)
        return try encoder.encode(value)
    }

    /// The value that `data` holds; fields that the type does not know are passed over.
    ///
    /// Takes JSON as RFC 8259 has it, in UTF-8, and nothing more: no comments, no comma behind the last element. Of members
    /// with the same name the first one counts. Takes time in proportion to the length of the text.
    ///
    /// - Parameter depth: how deep lists and objects may be nested.
    /// - Throws: ``JSONError``, which says in one sentence where the text is wrong and what was expected.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, in dialect: APIDialect? = nil, depth: Int = wireDepth
    ) throws(JSONError) -> Value {
        try decode(type, from: parse(data, depth: depth), in: dialect)
    }

    /// The value that a tree holds; fields that the type does not know are passed over.
    ///
    /// - Throws: ``JSONError``, which says in one sentence what was expected where.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from tree: JSONValue, in dialect: APIDialect? = nil
    ) throws(JSONError) -> Value {
        do {
            return try JSONValueDecoder(tree, in: dialect).decode(type)
        } catch {
            throw JSONError(error)
        }
    }

    /// The tree that `data` holds; see ``decode(_:from:in:depth:)``.
    public static func parse(_ data: Data, depth: Int = wireDepth) throws(JSONError) -> JSONValue {
        try data.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                var parser = JSONParser(bytes, depth: depth)
                return try parser.document()
            }
        }.get()
    }

    /// The string that the object in `data` has under this name, whatever is wrong with the rest of it.
    public static func topLevelString(_ name: String, in data: Data) -> String? {
        data.withUnsafeBytes { bytes in
            var parser = JSONParser(bytes)
            return parser.topLevelString(name)
        }
    }
}

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

/// The name of a field, where it is not the same in all dialects.
struct WireKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}

/// A point in time as the contract spells it: `date-time` of RFC 3339.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// The point in time.
    public let date: Date

    /// The point in time `date`.
    public init(_ date: Date) { self.date = date }

    /// Whether the first is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.date < right.date }
}

extension Timestamp: Codable {
    /// Decodes a date-time with or without fractions of a second.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let style = Date.ISO8601FormatStyle()
        guard
            let date =
                (try? style.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon)
                    .parse(text)) ?? (try? style.parse(text))
        else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a date and time as in RFC 3339, found \(JSONText.quoted(text))")
        }
        self.date = date
    }

    /// Encodes in UTC with milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date))
    }
}
