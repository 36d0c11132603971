/// Which manager this is (contract: `FlamencoVersion`).
public struct FlamencoVersion: Codable, Hashable, Sendable {
    /// The version of the manager.
    public var version: String
    /// The name of the manager, which tells people what they talk to.
    public var name: String

    /// A version of a manager.
    public init(version: String, name: String) {
        self.version = version
        self.name = name
    }
}
