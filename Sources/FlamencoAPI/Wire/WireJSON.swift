public import FoundationEssentials

/// JSON as sent over the wire, in both directions.
public enum WireJSON {
    /// Maximum nesting of lists and objects in received JSON.
    public static let wireDepth = 64

    /// Encodes `value` as compact JSON, with sorted members, so that equal values are equal bytes.
    ///
    /// - Parameter dialect: determines field names and statuses; without one, everything is written, to be read by the
    ///   same program.
    /// - Throws: `EncodingError`, for numbers that JSON cannot express (infinity, not-a-number).
    public static func encode(_ value: some Encodable, in dialect: APIDialect? = nil) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo = .init(dialect)
        return try encoder.encode(value)
    }

    /// Decodes a value from `data`; ignores unknown fields.
    ///
    /// Accepts JSON as in RFC 8259, in UTF-8, and nothing more: no comments, no trailing commas. Of members with the
    /// same name, the first one counts. Takes linear time.
    ///
    /// - Parameter depth: the maximum nesting of lists and objects.
    /// - Throws: ``JSONError``, which describes the place and what was expected in one sentence.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, in dialect: APIDialect? = nil, depth: Int = wireDepth
    ) throws(JSONError) -> Value {
        try decode(type, from: parse(data, depth: depth), in: dialect)
    }

    /// Decodes a value from a tree; ignores unknown fields.
    ///
    /// - Throws: ``JSONError``, which describes the place and what was expected in one sentence.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from tree: JSONValue, in dialect: APIDialect? = nil
    ) throws(JSONError) -> Value {
        do {
            return try JSONValueDecoder(tree, in: dialect).decode(type)
        } catch {
            throw JSONError(error)
        }
    }

    /// Parses `data` into a tree; see ``decode(_:from:in:depth:)``.
    public static func parse(_ data: Data, depth: Int = wireDepth) throws(JSONError) -> JSONValue {
        try data.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                var parser = JSONParser(bytes, depth: depth)
                return try parser.document()
            }
        }.get()
    }

    /// Returns the string member of the object in `data` with this name, whatever follows it.
    public static func topLevelString(_ name: String, in data: Data) -> String? {
        data.withUnsafeBytes { bytes in
            var parser = JSONParser(bytes)
            return parser.topLevelString(name)
        }
    }
}

/// An extensible enum of the contract: a value added by a newer manager or worker is decoded as `unknown` and encoded
/// unchanged, instead of making the whole message invalid.
public protocol WireEnum: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Every value in the contract, with its spelling on the wire.
    static var spellings: [(Self, String)] { get }

    /// An unknown value, as spelled on the wire.
    static func unknown(_ spelling: String) -> Self

    /// The spelling of an unknown value.
    var unknownSpelling: String? { get }
}

extension WireEnum {
    /// Creates the value with this spelling; `unknown` if it is not in the contract.
    public init(spelling: String) {
        self = Self.spellings.first { $0.1 == spelling }?.0 ?? .unknown(spelling)
    }

    /// The spelling on the wire.
    public var spelling: String {
        unknownSpelling ?? Self.spellings.first { $0.0 == self }?.1 ?? ""
    }

    /// The spelling on the wire.
    public var description: String { spelling }

    /// Decodes any string; only other JSON types are errors.
    public init(from decoder: any Decoder) throws {
        self.init(spelling: try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the spelling on the wire.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(spelling)
    }
}

/// The name of a field that differs between dialects.
struct WireKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}

/// A timestamp in the format of the contract: `date-time` of RFC 3339.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// The date.
    public let date: Date

    /// Creates a timestamp.
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
