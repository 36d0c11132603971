import FlamencoAPI

/// The description of an executor, obtained without running it.
package struct ExecutorSummary: Hashable, Sendable, Encodable {
    /// A parameter of its command.
    package struct Parameter: Hashable, Sendable, Encodable {
        /// The name in jobs.
        package let name: String
        /// The expected value, for example "a list of strings".
        package let type: String
        /// Whether the parameter is required.
        package let required: Bool
        /// The description by its author, if any.
        package var description: String?
    }

    /// The name of the command.
    package let command: String
    /// The type of tasks that it belongs to.
    package let taskType: String
    /// The folder of an executor that is not built in; nil for built-in ones.
    package let folder: String?
    /// The description by its author, if any.
    package let description: String?
    /// The parameters of the command.
    package let parameters: [Parameter]
    /// The rule that disables it, as text.
    package let refusal: String?

    private enum CodingKeys: String, CodingKey {
        case command, folder, description, parameters, refusal
        case taskType = "task_type"
    }

    init(_ executor: some CommandExecutor, refusal: String?) {
        let external = executor as? ExternalExecutor
        command = executor.commandName
        taskType = executor.taskType
        folder = external?.folder
        description = external?.manifest.description
        parameters = external?.manifest.parameters.map(\.summary) ?? Self.parameters(of: executor)
        self.refusal = refusal
    }

    private static func parameters<Executor: CommandExecutor>(of executor: Executor) -> [Parameter] {
        ParameterProbe.parameters(of: Executor.Parameters.self)
    }
}

/// Determines the parameters that a type decodes: the type decodes itself from a decoder that has every member it
/// requests, and records the requests.
enum ParameterProbe {
    /// Returns the parameters, in the order in which the type requests them.
    static func parameters(of type: any Decodable.Type) -> [ExecutorSummary.Parameter] {
        let notes = ProbeNotes()
        // A type that validates what it decodes may throw; the requests until then are recorded.
        _ = try? type.init(from: ProbeDecoder(notes: notes))
        return notes.parameters
    }
}

/// The recorded requests.
private final class ProbeNotes {
    private(set) var parameters: [ExecutorSummary.Parameter] = []

    func note(_ name: String, _ type: Any.Type, required: Bool) {
        guard !parameters.contains(where: { $0.name == name }) else { return }
        parameters.append(
            .init(name: name, type: JSONShape.expectation(of: type), required: required, description: nil))
    }
}

private struct ProbeDecoder: Decoder {
    let notes: ProbeNotes
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbedMembers(notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnknownError() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw UnknownError() }
}

/// The next request cannot be known.
private struct UnknownError: Error {}

private struct ProbedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: ProbeNotes
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        notes.note(key.stringValue, type, required: JSONShape(of: type) != .optional)
        return try example(of: type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw UnknownError() }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw UnknownError() }

    func superDecoder() throws -> any Decoder { throw UnknownError() }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw UnknownError() }

    /// Returns any value of the type.
    private func example<Value: Decodable>(of type: Value.Type) throws -> Value {
        var examples: [JSONValue] = ["", 0, false, [], [:]]
        if let choice = JSONShape.firstChoice(of: type) { examples.insert(.string(choice), at: 0) }
        for example in examples {
            if let value = try? ParameterDecoder.decoder(for: example).decode(type) { return value }
        }
        throw UnknownError()
    }
}

// Optional parameters: the standard library's default would request them like required ones.
extension ProbedMembers {
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        notes.note(key.stringValue, type, required: false)
        return nil
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { optional(type, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { optional(type, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { optional(type, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { optional(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { optional(type, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { optional(type, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { optional(type, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { optional(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { optional(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { optional(type, key) }

    private func optional<Value>(_ type: Value.Type, _ key: Key) -> Value? {
        notes.note(key.stringValue, type, required: false)
        return nil
    }
}
