/// What the text of a string setting stands for (contract: `AvailableJobSettingSubtype`).
public enum AvailableJobSettingSubtype: WireEnum {
    case filePath
    case dirPath
    case fileName
    case hashedFilePath
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that the contract names, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingSubtype, String)] = [
        (.filePath, "file_path"),
        (.dirPath, "dir_path"),
        (.fileName, "file_name"),
        (.hashedFilePath, "hashed_file_path"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}
