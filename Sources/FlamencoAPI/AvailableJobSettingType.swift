/// The type of a job setting (contract: `AvailableJobSettingType`); each is usable as an IDProperty in Blender.
public enum AvailableJobSettingType: WireEnum {
    case string
    case int32
    case float
    case bool
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that the contract names, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingType, String)] = [
        (.string, "string"),
        (.int32, "int32"),
        (.float, "float"),
        (.bool, "bool"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}
