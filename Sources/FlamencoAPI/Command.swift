/// One command of a task (contract and Flamenco 3: `Command`).
public struct Command: Hashable, Sendable {
    /// Which executor runs it: `blender-render`, `exec`, ….
    public var name: String
    /// What the executor needs to know.
    public var parameters: [String: JSONValue]
    /// How many steps the command counts by itself; 0 when it is one step as a whole.
    public var totalStepCount: Int

    /// A command.
    public init(name: String, parameters: [String: JSONValue], totalStepCount: Int = 0) {
        self.name = name
        self.parameters = parameters
        self.totalStepCount = totalStepCount
    }

    /// How many steps of its task the command is: those that it counts, or one as a whole.
    public var steps: Int {
        // What somebody wrote must add up, however many commands there are.
        min(max(1, totalStepCount), 1 << 32)
    }
}

extension Command: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, parameters
        case totalStepCount = "total_step_count"
    }

    /// Decodes a command; one that does not say how many steps it has is one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        parameters = try container.decode([String: JSONValue].self, forKey: .parameters)
        totalStepCount = (try? container.decode(Int.self, forKey: .totalStepCount)) ?? 0
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(parameters, forKey: .parameters)
        if encoder.has(.steps) { try container.encode(totalStepCount, forKey: .totalStepCount) }
    }
}
