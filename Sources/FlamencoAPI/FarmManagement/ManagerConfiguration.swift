/// How a manager is set up, as far as submitters need to know (Flamenco 3: `ManagerConfiguration`).
public struct ManagerConfiguration: Codable, Hashable, Sendable {
    /// Whether the manager is still to be set up.
    public var isFirstRun: Bool
    /// Whether files can be sent to it through Shaman.
    public var isShamanEnabled: Bool
    /// The folder that it shares with users and workers, as it is called on the manager's own machine.
    public var storageLocation: String

    /// A configuration.
    public init(isFirstRun: Bool = false, isShamanEnabled: Bool = false, storageLocation: String) {
        self.isFirstRun = isFirstRun
        self.isShamanEnabled = isShamanEnabled
        self.storageLocation = storageLocation
    }

    private enum CodingKeys: String, CodingKey {
        case isFirstRun, storageLocation
        case isShamanEnabled = "shamanEnabled"
    }
}
