public import FoundationEssentials

/// Files that people write: JSON5, so that they can have comments, with one object at the top.
public enum JSON5Document {
    /// The members of the object.
    ///
    /// - Throws: ``JSONProblem``, which says where the text is wrong.
    public static func members(of data: Data) throws(JSONProblem) -> [String: JSONValue] {
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
                throw JSONProblem(path: "", problem: text)
            }
            throw JSONProblem(error)
        }
        guard case .object(let members) = document else {
            throw JSONProblem(path: "", problem: "expected an object, found \(document.kind)")
        }
        return members
    }
}
