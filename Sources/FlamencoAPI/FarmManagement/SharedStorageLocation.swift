/// The shared folder as it is called on a platform (Flamenco 3: `SharedStorageLocation`).
public struct SharedStorageLocation: Codable, Hashable, Sendable {
    /// The folder.
    public var location: String
    /// Who is to use the path.
    public var audience: VariableAudience
    /// The operating system of the machine that is to use it.
    public var platform: String
    /// Whether files can be sent to the manager through Shaman instead.
    public var isShamanEnabled: Bool

    /// A location.
    public init(location: String, audience: VariableAudience, platform: String, isShamanEnabled: Bool = false) {
        self.location = location
        self.audience = audience
        self.platform = platform
        self.isShamanEnabled = isShamanEnabled
    }

    private enum CodingKeys: String, CodingKey {
        case location, audience, platform
        case isShamanEnabled = "shamanEnabled"
    }
}
