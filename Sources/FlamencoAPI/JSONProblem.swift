import FoundationEssentials

/// What is wrong with a JSON text, in words for a person: where, what was expected, what came.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place in the document, as in `commands[0].name`; empty for the document as a whole.
    public let path: String
    /// What is wrong at that place, without a full stop.
    public let problem: String

    /// A problem at a place in a document.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// One sentence without a full stop.
    public var description: String {
        path.isEmpty ? problem : "field “\(path)”: \(problem)"
    }
}

extension JSONProblem {
    /// The problem behind an error that Foundation's decoder threw when it read `type` from `data`.
    ///
    /// That decoder says neither where a number stands that does not fit nor what it found, so the text is gone through
    /// once more by one that does.
    init(_ error: any Error, decoding type: any Decodable.Type, from data: Data, in dialect: APIDialect? = nil) {
        do {
            let value = try JSONDecoder().decode(JSONValue.self, from: data)
            _ = try type.init(from: JSONValueDecoder(value, in: dialect))
            self.init(error)
        } catch {
            self.init(error)
        }
    }

    /// The problem behind an error that a decoder threw.
    public init(_ error: any Error) {
        switch error {
        case let problem as JSONProblem:
            self = problem
        case DecodingError.keyNotFound(let key, let context):
            self.init(path: Self.path(context.codingPath + [key]), problem: "missing")
        case DecodingError.valueNotFound(let type, let context):
            self.init(
                path: Self.path(context.codingPath), problem: "expected \(Self.words(for: type)), found null")
        case DecodingError.typeMismatch(let type, let context):
            let found = Self.found(in: context.debugDescription).map { ", found \($0)" } ?? ""
            self.init(path: Self.path(context.codingPath), problem: "expected \(Self.words(for: type))\(found)")
        case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(path: "", problem: "not valid JSON")
        case DecodingError.dataCorrupted(let context):
            self.init(path: Self.path(context.codingPath), problem: context.debugDescription)
        default:
            self.init(path: "", problem: "not readable as JSON")
        }
    }

    static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any DictionaryType.Type: "an object"
        case is any CollectionOfElements.Type: "a list"
        default: "an object"
        }
    }

    /// The decoder of Foundation says what it found only in its text: "… but found a string instead."
    private static func found(in text: String) -> String? {
        guard let start = text.firstRange(of: "but found ")?.upperBound, let end = text.firstRange(of: " instead")
        else {
            return nil
        }
        guard start < end.lowerBound else { return nil }
        return switch String(text[start..<end.lowerBound]).lowercased() {
        case "an array": "a list"
        case "a dictionary": "an object"
        case "bool": "true or false"
        case "number": "a number"
        case "null", "null value": "null"
        case let other where other.contains("string"): "a string"
        case let other: other
        }
    }
}

private protocol CollectionOfElements {}
extension Array: CollectionOfElements {}
private protocol DictionaryType {}
extension Dictionary: DictionaryType {}
