/// The states of a worker (contract: `WorkerStatus`).
public enum WorkerStatus: WireEnum {
    case starting
    case awake
    case asleep
    case error
    case shutdown
    case testing
    case offline
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that the contract names, with its spelling on the wire.
    public static let spellings: [(WorkerStatus, String)] = [
        (.starting, "starting"),
        (.awake, "awake"),
        (.asleep, "asleep"),
        (.error, "error"),
        (.shutdown, "shutdown"),
        (.testing, "testing"),
        (.offline, "offline"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}
