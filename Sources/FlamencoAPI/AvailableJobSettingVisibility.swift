/// Where people see a setting of a job type (Flamenco 3: `AvailableJobSettingVisibility`).
public enum AvailableJobSettingVisibility: WireEnum {
    /// Where the job is submitted, and where it is looked at.
    case visible
    /// Nowhere.
    case hidden
    /// Only where the job is submitted.
    case submission
    /// Only where the job is looked at.
    case web
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingVisibility, String)] = [
        (.visible, "visible"),
        (.hidden, "hidden"),
        (.submission, "submission"),
        (.web, "web"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// What the contract of 2022 asks: whether the setting is to be seen where the job is submitted.
    var isSeenBySubmitter: Bool {
        switch self {
        case .hidden, .web: false
        case .visible, .submission, .unknown: true
        }
    }
}
