public import FoundationEssentials

/// A problem in a JSON text, described for users: the place, what was expected, what was found.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place in the document, for example `commands[0].name`; empty for the whole document.
    public let path: String
    /// The problem at that place, without a full stop.
    public let problem: String
    /// Where that is in the text; absent where the text itself is right, or nobody knows.
    public let location: TextLocation?

    /// Creates an error for a place in a document.
    public init(path: String, problem: String, location: TextLocation? = nil) {
        self.path = path
        self.problem = problem
        self.location = location
    }

    /// One sentence without a full stop.
    public var description: String {
        if let location { return "line \(location.line), column \(location.column): \(problem)" }
        return path.isEmpty ? problem : "field \"\(path)\": \(problem)"
    }
}

/// A place in a text, counted from 1.
public struct TextLocation: Hashable, Sendable {
    /// The number of the line.
    public let line: Int
    /// The number of the character in the line.
    public let column: Int
    /// The line itself.
    public let text: String
}

extension JSONError {
    /// Creates the error for one thrown by a decoder.
    init(_ error: any Error) {
        switch error {
        case let problem as JSONError:
            self = problem
        case DecodingError.keyNotFound(let key, let context):
            self.init(path: Self.path(context.codingPath + [key]), problem: "missing")
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
}

/// Files written by users: JSON5, which allows comments, with one object at the top level.
public enum JSON5Document {
    /// Parses the members of the object.
    ///
    /// - Throws: ``JSONError`` with the place of the problem.
    public static func members(of data: Data) throws(JSONError) -> [String: JSONValue] {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let document: JSONValue
        do {
            document = try decoder.decode(JSONValue.self, from: data)
        } catch {
            // The decoder does not say where the text is wrong.
            throw JSON5Scanner.problem(in: String(decoding: data, as: UTF8.self)) ?? JSONError(error)
        }
        guard case .object(let members) = document else {
            throw JSONError(path: "", problem: "expected an object, found \(document.kind)")
        }
        return members
    }
}
