/// The configuration of a manager, as far as submitters need it (Flamenco 3: `ManagerConfiguration`).
public struct ManagerConfiguration: Codable, Hashable, Sendable {
    /// Whether the manager still has to be set up.
    public var isFirstRun: Bool
    /// Whether files can be uploaded with Shaman.
    public var isShamanEnabled: Bool
    /// The folder shared with users and workers, as a path on the manager's machine.
    public var storageLocation: String

    /// Creates a configuration.
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

/// The variables of a manager for one platform (Flamenco 3: `ManagerVariables`), by name.
public typealias ManagerVariables = [String: ManagerVariable]

/// The value of a variable (Flamenco 3: `ManagerVariable`).
public struct ManagerVariable: Codable, Hashable, Sendable {
    /// The value that replaces the variable.
    public var value: String
    /// Whether the value is also replaced with the variable in submitted jobs.
    public var isTwoWay: Bool

    /// Creates a value of a variable.
    public init(value: String, isTwoWay: Bool = false) {
        self.value = value
        self.isTwoWay = isTwoWay
    }

    private enum CodingKeys: String, CodingKey {
        case value
        case isTwoWay = "is_twoway"
    }
}

/// The audience of a variable's value (Flamenco 3: `ManagerVariableAudience`).
public enum VariableAudience: String, CaseIterable, Codable, Hashable, Sendable {
    /// Users who submit jobs.
    case users
    /// Workers.
    case workers
}

/// The path of the shared folder on a platform (Flamenco 3: `SharedStorageLocation`).
public struct SharedStorageLocation: Codable, Hashable, Sendable {
    /// The folder.
    public var location: String
    /// The audience of the path.
    public var audience: VariableAudience
    /// The operating system of the machine that uses it.
    public var platform: String
    /// Whether files can be uploaded with Shaman instead.
    public var isShamanEnabled: Bool

    /// Creates a location.
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

/// The status of a farm (Flamenco 3: `FarmStatus`).
public enum FarmStatus: WireEnum {
    /// Workers are running tasks.
    case active
    /// Workers are awake, and there are no tasks.
    case idle
    /// There are tasks, and no worker is awake.
    case waiting
    /// All workers are asleep, and there are no tasks.
    case asleep
    /// There is no worker, or none that could be woken.
    case inoperative
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value, with its spelling on the wire.
    public static let spellings: [(FarmStatus, String)] = [
        (.active, "active"),
        (.idle, "idle"),
        (.waiting, "waiting"),
        (.asleep, "asleep"),
        (.inoperative, "inoperative"),
    ]

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// The manager's answer to a request for the farm's status (Flamenco 3: `FarmStatusReport`).
public struct FarmStatusReport: Codable, Hashable, Sendable {
    /// The status of the farm.
    public var status: FarmStatus

    /// Creates an answer.
    public init(status: FarmStatus) { self.status = status }
}
