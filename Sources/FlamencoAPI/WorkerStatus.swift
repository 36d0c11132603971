/// The states of a worker (contract and Flamenco 3: `WorkerStatus`).
public enum WorkerStatus: WireEnum {
    case starting
    case awake
    case asleep
    case error
    case shutdown
    case testing
    case offline
    /// Leaving to be started again (Flamenco 3).
    case restart
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that a dialect names, with its spelling on the wire.
    public static let spellings: [(WorkerStatus, String)] = [
        (.starting, "starting"),
        (.awake, "awake"),
        (.asleep, "asleep"),
        (.error, "error"),
        (.shutdown, "shutdown"),
        (.testing, "testing"),
        (.offline, "offline"),
        (.restart, "restart"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// Encodes the value by the name that it goes by in the dialect of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((encoder.dialect?.worker(self) ?? self).spelling)
    }
}
