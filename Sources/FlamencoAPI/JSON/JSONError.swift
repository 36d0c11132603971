public import FoundationEssentials

/// What is wrong with a JSON text, in words for a person: where, what was expected, what came.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
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

extension JSONError {
    /// The problem behind an error that a decoder threw.
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

/// Files that people write: JSON5, so that they can have comments, with one object at the top.
public enum JSON5Document {
    /// The members of the object.
    ///
    /// - Throws: ``JSONError``, which says where the text is wrong.
    public static func members(of data: Data) throws(JSONError) -> [String: JSONValue] {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let document: JSONValue
        do {
            document = try decoder.decode(JSONValue.self, from: data)
        } catch {
            // The decoder names line and column only in the description of the error below.
            if case DecodingError.dataCorrupted(let context) = error,
                let below = context.underlyingError as? CocoaError,
                let text = below.userInfo["NSDebugDescription"] as? String
            {
                throw JSONError(path: "", problem: text)
            }
            throw JSONError(error)
        }
        guard case .object(let members) = document else {
            throw JSONError(path: "", problem: "expected an object, found \(document.kind)")
        }
        return members
    }
}
