public import FoundationEssentials

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
