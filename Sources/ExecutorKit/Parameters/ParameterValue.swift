import FlamencoAPI

/// One value inside the parameters of a command, on its way to become a Swift value.
struct ParameterValue: Decoder {
    /// The value; absent when the parameter is missing.
    let value: JSONValue?
    /// Where it stands.
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(_ value: JSONValue?, at path: [any CodingKey]) {
        self.value = value
        codingPath = path
    }

    var isNull: Bool { value == nil || value == .null }

    /// The value as `Value`, converted as ``ParameterDecoder`` promises.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let json = value as? Value { return json }
        if let scalar = type as? any ScalarParameter.Type, let value = try scalar.init(self) as? Value { return value }
        switch (ParameterShape(of: type), value) {
        case (.optional, _), (.list, .array), (.object, .object), (.other, .some): break
        default: throw mismatch(expected: ParameterShape.expectation(of: type))
        }
        do {
            return try Value(from: self)
        } catch let error as ParameterError {
            guard error.parameter == name, let choices = ParameterShape.choices(of: type) else { throw error }
            throw mismatch(expected: choices)
        } catch let error as DecodingError {
            throw sentence(for: error, expected: ParameterShape.choices(of: type))
        }
    }

    /// What stands at `key` in this object or list.
    func child(at key: some CodingKey) -> ParameterValue {
        let child: JSONValue? =
            switch (value, key.intValue) {
            case (.object(let members), _): members[key.stringValue]
            case (.array(let elements), let index?) where elements.indices.contains(index): elements[index]
            default: Optional.none
            }
        return ParameterValue(child, at: codingPath + [key])
    }

    // MARK: Decoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch(expected: "an object") }
        return KeyedDecodingContainer(KeyedParameters(object: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch(expected: "a list") }
        return UnkeyedParameters(list: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleParameter(parameter: self) }

    // MARK: Errors

    /// The name that people know the value by: `args[2]`, `encoder.quality`.
    var name: String { Self.name(of: codingPath) }

    /// The error that says what should have come.
    func mismatch(expected: String) -> ParameterError {
        ParameterError(parameter: name, expected: expected, found: value.map(\.shownInErrors))
    }

    private static func name(of path: [any CodingKey]) -> String {
        let name = path.reduce(into: "") { name, key in
            if let index = key as? ParameterIndex {
                name += "[\(index.index)]"
            } else {
                name += name.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return name.isEmpty ? "parameters" : name
    }

    /// What a type that decodes itself threw, as an error about a parameter.
    private func sentence(for error: DecodingError, expected choices: String?) -> ParameterError {
        let (context, expected) =
            switch error {
            case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
                (context, ParameterShape.expectation(of: type))
            case .keyNotFound(let key, let context):
                (
                    DecodingError.Context(codingPath: context.codingPath + [key], debugDescription: ""),
                    "a value"
                )
            case .dataCorrupted(let context): (context, choices ?? "valid (\(context.debugDescription))")
            @unknown default: (DecodingError.Context(codingPath: codingPath, debugDescription: ""), "valid")
            }
        let place = context.codingPath.dropFirst(codingPath.count).reduce(self) { $0.child(at: $1) }
        return place.mismatch(expected: expected)
    }
}

/// A place in a list.
struct ParameterIndex: CodingKey {
    let index: Int

    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { index = intValue }
    init?(stringValue: String) { return nil }

    var intValue: Int? { index }
    var stringValue: String { String(index) }
}

extension JSONValue {
    /// What came, as it stands in an error: scalars as they are, long text cut, the rest by its kind.
    fileprivate var shownInErrors: String {
        switch self {
        case .array, .object: kind
        case .string(let text) where text.count > 60: JSONText.quoted(text.prefix(60) + "…")
        default: description
        }
    }
}
