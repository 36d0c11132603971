/// A setting of a job type (contract and Flamenco 3: `AvailableJobSetting`).
public struct AvailableJobSetting: Hashable, Sendable {
    /// The name of the setting, unique within its job type.
    public var key: String
    /// The type of its value.
    public var type: AvailableJobSettingType
    /// What the text of a string setting stands for.
    public var subtype: AvailableJobSettingSubtype?
    /// The values that are allowed; for string settings only.
    public var choices: [String]?
    /// Further arguments for `bpy.props.SomeProperty()`.
    public var propargs: [String: JSONValue]?
    /// The name that people see; absent when the key will do.
    public var label: String?
    /// The text that a person sees when they point at it.
    public var description: String?
    /// The value when none is given.
    public var `default`: JSONValue?
    /// A Python expression that gives the default.
    public var eval: String?
    /// What people are told about the expression.
    public var evalInfo: AvailableJobSettingEvalInfo?
    /// Where people see it; everywhere when absent.
    public var visible: AvailableJobSettingVisibility?
    /// Whether a job without it is refused; it is not when absent.
    public var required: Bool?
    /// Whether it may be changed after submission; it may not when absent.
    public var editable: Bool?

    /// A setting.
    public init(
        key: String, type: AvailableJobSettingType, subtype: AvailableJobSettingSubtype? = nil,
        choices: [String]? = nil, propargs: [String: JSONValue]? = nil, label: String? = nil,
        description: String? = nil, default: JSONValue? = nil, eval: String? = nil,
        evalInfo: AvailableJobSettingEvalInfo? = nil, visible: AvailableJobSettingVisibility? = nil,
        required: Bool? = nil, editable: Bool? = nil
    ) {
        self.key = key
        self.type = type
        self.subtype = subtype
        self.choices = choices
        self.propargs = propargs
        self.label = label
        self.description = description
        self.default = `default`
        self.eval = eval
        self.evalInfo = evalInfo
        self.visible = visible
        self.required = required
        self.editable = editable
    }
}

/// What people are told about the Python expression of a setting (Flamenco 3).
public struct AvailableJobSettingEvalInfo: Codable, Hashable, Sendable {
    /// Whether there is a button that has the value follow the expression, instead of taking it over once.
    public var showLinkButton: Bool
    /// What the expression gives, in a few words.
    public var description: String

    /// What people are told.
    public init(showLinkButton: Bool, description: String) {
        self.showLinkButton = showLinkButton
        self.description = description
    }
}

extension AvailableJobSetting: Codable {
    private enum CodingKeys: String, CodingKey {
        case key, type, subtype, choices, propargs, label, description, `default`, eval, evalInfo, visible, required
        case editable
    }

    /// Decodes a setting; whether it is visible is true or false in 2022, and a word in Flamenco 3.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(String.self, forKey: .key)
        type = try container.decode(AvailableJobSettingType.self, forKey: .type)
        subtype = try container.decodeIfPresent(AvailableJobSettingSubtype.self, forKey: .subtype)
        choices = try container.decodeIfPresent([String].self, forKey: .choices)
        propargs = try container.decodeIfPresent([String: JSONValue].self, forKey: .propargs)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        `default` = try container.decodeIfPresent(JSONValue.self, forKey: .default)
        eval = try container.decodeIfPresent(String.self, forKey: .eval)
        required = try container.decodeIfPresent(Bool.self, forKey: .required)
        editable = try container.decodeIfPresent(Bool.self, forKey: .editable)
        guard decoder.has(.labelledSettings) else {
            visible = try container.decodeIfPresent(Bool.self, forKey: .visible).map { $0 ? .visible : .hidden }
            return
        }
        visible = try container.decodeIfPresent(AvailableJobSettingVisibility.self, forKey: .visible)
        label = try container.decodeIfPresent(String.self, forKey: .label)
        evalInfo = try container.decodeIfPresent(AvailableJobSettingEvalInfo.self, forKey: .evalInfo)
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encode(type, forKey: .type)
        try container.encodeIfPresent(subtype, forKey: .subtype)
        try container.encodeIfPresent(choices, forKey: .choices)
        try container.encodeIfPresent(propargs, forKey: .propargs)
        try container.encodeIfPresent(description, forKey: .description)
        try container.encodeIfPresent(`default`, forKey: .default)
        try container.encodeIfPresent(eval, forKey: .eval)
        try container.encodeIfPresent(required, forKey: .required)
        try container.encodeIfPresent(editable, forKey: .editable)
        guard encoder.has(.labelledSettings) else {
            try container.encodeIfPresent(visible?.isSeenBySubmitter, forKey: .visible)
            return
        }
        try container.encodeIfPresent(visible, forKey: .visible)
        try container.encodeIfPresent(label, forKey: .label)
        try container.encodeIfPresent(evalInfo, forKey: .evalInfo)
    }
}

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
