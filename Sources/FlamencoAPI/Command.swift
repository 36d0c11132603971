/// One command of a task (contract: `Command`).
public struct Command: Codable, Hashable, Sendable {
    /// Which executor runs it: `blender-render`, `exec`, ….
    public var name: String
    /// What the executor needs to know.
    public var parameters: [String: JSONValue]

    /// A command.
    public init(name: String, parameters: [String: JSONValue]) {
        self.name = name
        self.parameters = parameters
    }
}
