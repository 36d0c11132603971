import FlamencoAPI
import HumanText

/// Reads the values of a manifest from its JSON, with errors that name the file, the place, what was expected and the
/// value.
struct ManifestReader {
    let path: String
    /// The prefix of member names in errors.
    let place: String
    let members: [String: JSONValue]

    private func fault(_ key: String, expected: String, _ found: JSONValue) -> ExecutorError {
        ExecutorError(path, "\"\(place)\(key)\" should be \(expected), but is \(found)")
    }

    /// Returns the value of a member; null counts as missing.
    private func value(_ key: String) -> JSONValue? { members[key].flatMap { $0 == .null ? nil : $0 } }

    /// - Throws: ``ExecutorError`` for the first member that is not one of these.
    func refuseOthers(than keys: [String]) throws(ExecutorError) {
        for key in members.keys.sorted() where !keys.contains(key) {
            let suggestion = NearestName.to(key, among: keys).map { "; did you mean \"\($0)\"?" }
            throw ExecutorError(
                path,
                "there is no \"\(place)\(key)\"" + (suggestion ?? "; available are \(keys.joined(separator: ", "))")
            )
        }
    }

    func required<Value>(_ key: String, _ value: Value?, _ expected: String) throws(ExecutorError) -> Value {
        guard let value else { throw ExecutorError(path, "\"\(place)\(key)\" is missing: expected \(expected)") }
        return value
    }

    func text(_ key: String, _ expected: String = "a string") throws(ExecutorError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue, !text.isEmpty, !text.utf8.contains(0) else {
            throw fault(key, expected: expected, value)
        }
        return text
    }

    /// Reads the name of a command or of a task type.
    func name(_ key: String) throws(ExecutorError) -> String {
        let expected = "a name of letters, digits, \"-\", \"_\" and \".\" that begins with a letter or a digit"
        let text = try required(key, text(key, expected), expected)
        guard text.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._-]*/#) != nil else {
            throw fault(key, expected: expected, .string(text))
        }
        return text
    }

    func texts(_ key: String) throws(ExecutorError) -> [String] {
        guard let value = value(key) else { return [] }
        guard case .array(let elements) = value else { throw fault(key, expected: "a list of strings", value) }
        let texts = elements.compactMap(\.stringValue)
        guard texts.count == elements.count, !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw fault(key, expected: "a list of strings", value)
        }
        return texts
    }

    func variables(_ key: String) throws(ExecutorError) -> [String: String] {
        guard let value = value(key) else { return [:] }
        guard case .object(let members) = value else { throw fault(key, expected: "an object of strings", value) }
        var variables: [String: String] = [:]
        for (name, value) in members {
            guard let text = value.stringValue, !name.isEmpty, !name.contains("="),
                !(name + text).utf8.contains(0)
            else { throw fault("\(key).\(name)", expected: "a string", value) }
            variables[name] = text
        }
        return variables
    }

    func flag(_ key: String) throws(ExecutorError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let flag) = value else { throw fault(key, expected: "true or false", value) }
        return flag
    }

    func duration(_ key: String, canBeZero: Bool = true) throws(ExecutorError) -> Duration? {
        guard let value = value(key) else { return nil }
        let text =
            switch value {
            case .string(let text): text
            case .integer(let number): String(number)
            case .number(let number): String(number)
            default: ""
            }
        guard let span = DurationText.parse(text), canBeZero || span > .zero else {
            throw fault(
                key, expected: "a duration such as 10s, 2m or 500ms" + (canBeZero ? "" : " above zero"),
                value)
        }
        return span
    }

    /// Reads the parameters, by name: `"path"` is short for `{type: "path"}`.
    func parameters(_ key: String) throws(ExecutorError) -> [ManifestParameter] {
        guard let value = value(key) else { return [] }
        guard case .object(let all) = value else { throw fault(key, expected: "an object", value) }
        var parameters: [ManifestParameter] = []
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            let members: [String: JSONValue] =
                switch value {
                case .object(let members): members
                case .string: ["type": value]
                default: throw fault("\(key).\(name)", expected: "a type or an object with one", value)
                }
            let reader = ManifestReader(path: path, place: "\(key).\(name).", members: members)
            try reader.refuseOthers(than: ["type", "required", "description"])
            parameters.append(
                ManifestParameter(
                    name: name, kind: try reader.kind("type"), isRequired: try reader.flag("required") ?? false,
                    description: try reader.text("description")))
        }
        return parameters
    }

    private func kind(_ key: String) throws(ExecutorError) -> ManifestParameter.Kind {
        let expected = "one of " + ManifestParameter.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        let text = try required(key, text(key, expected), expected)
        guard let kind = ManifestParameter.Kind(rawValue: text) else {
            throw fault(key, expected: expected, .string(text))
        }
        return kind
    }
}
