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

/// The variables of a manager as they are for one platform (Flamenco 3: `ManagerVariables`), by their names.
public typealias ManagerVariables = [String: ManagerVariable]

/// The value of a variable (Flamenco 3: `ManagerVariable`).
public struct ManagerVariable: Codable, Hashable, Sendable {
    /// What takes the variable's place.
    public var value: String
    /// Whether the value is also turned back into the variable in what is submitted.
    public var isTwoWay: Bool

    /// A value of a variable.
    public init(value: String, isTwoWay: Bool = false) {
        self.value = value
        self.isTwoWay = isTwoWay
    }

    private enum CodingKeys: String, CodingKey {
        case value
        case isTwoWay = "is_twoway"
    }
}

/// For whom a value of a variable is (Flamenco 3: `ManagerVariableAudience`).
public enum VariableAudience: String, CaseIterable, Codable, Hashable, Sendable {
    /// Those who submit jobs.
    case users
    /// Workers.
    case workers
}

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

/// What a farm as a whole is doing (Flamenco 3: `FarmStatus`).
public enum FarmStatus: WireEnum {
    /// Workers are at work.
    case active
    /// Workers are awake, and there is nothing to do.
    case idle
    /// There is something to do, and no worker is awake for it.
    case waiting
    /// All workers sleep, and there is nothing to do.
    case asleep
    /// There is no worker, or none that could be woken.
    case inoperative
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value, with its spelling on the wire.
    public static let spellings: [(FarmStatus, String)] = [
        (.active, "active"),
        (.idle, "idle"),
        (.waiting, "waiting"),
        (.asleep, "asleep"),
        (.inoperative, "inoperative"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// A manager's answer to the question what the farm is doing (Flamenco 3: `FarmStatusReport`).
public struct FarmStatusReport: Codable, Hashable, Sendable {
    /// What the farm is doing.
    public var status: FarmStatus

    /// An answer.
    public init(status: FarmStatus) { self.status = status }
}
