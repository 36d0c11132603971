/// A setting of a job type (contract and Flamenco 3: `AvailableJobSetting`).
public struct AvailableJobSetting: Hashable, Sendable {
    /// The name of the setting, unique within its job type.
    public var key: String
    /// The type of its value.
    public var type: AvailableJobSettingType
    /// The meaning of a string setting.
    public var subtype: AvailableJobSettingSubtype?
    /// The allowed values; only for string settings.
    public var choices: [String]?
    /// Further arguments for `bpy.props.SomeProperty()`.
    public var propargs: [String: JSONValue]?
    /// The name shown to users; nil if the key suffices.
    public var label: String?
    /// The tooltip shown to users.
    public var description: String?
    /// The default value.
    public var `default`: JSONValue?
    /// A Python expression for the default.
    public var eval: String?
    /// Information about the expression for users.
    public var evalInfo: AvailableJobSettingEvalInfo?
    /// Where users see it; if nil, everywhere.
    public var visible: AvailableJobSettingVisibility?
    /// Whether a job without it is rejected; if nil, it is not.
    public var required: Bool?
    /// Whether it may be changed after submission; if nil, it may not.
    public var editable: Bool?

    /// Creates a setting.
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

/// Information about the Python expression of a setting for users (Flamenco 3).
public struct AvailableJobSettingEvalInfo: Codable, Hashable, Sendable {
    /// Whether a button links the value to the expression, instead of copying it once.
    public var showLinkButton: Bool
    /// A short description of the result of the expression.
    public var description: String

    /// Creates the information.
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

    /// Decodes a setting; `visible` is a Boolean in 2022, and a string in Flamenco 3.
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

    /// Encodes the fields of the encoder's dialect.
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

/// The type of a job setting (contract: `AvailableJobSettingType`); each can be used as an IDProperty in Blender.
public enum AvailableJobSettingType: WireEnum {
    case string
    case int32
    case float
    case bool
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value in the contract, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingType, String)] = [
        (.string, "string"),
        (.int32, "int32"),
        (.float, "float"),
        (.bool, "bool"),
    ]

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// The meaning of a string setting (contract: `AvailableJobSettingSubtype`).
public enum AvailableJobSettingSubtype: WireEnum {
    case filePath
    case dirPath
    case fileName
    case hashedFilePath
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value in the contract, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingSubtype, String)] = [
        (.filePath, "file_path"),
        (.dirPath, "dir_path"),
        (.fileName, "file_name"),
        (.hashedFilePath, "hashed_file_path"),
    ]

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// Where users see a setting of a job type (Flamenco 3: `AvailableJobSettingVisibility`).
public enum AvailableJobSettingVisibility: WireEnum {
    /// In the submission form, and in the web interface.
    case visible
    /// Nowhere.
    case hidden
    /// Only in the submission form.
    case submission
    /// Only in the web interface.
    case web
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value, with its spelling on the wire.
    public static let spellings: [(AvailableJobSettingVisibility, String)] = [
        (.visible, "visible"),
        (.hidden, "hidden"),
        (.submission, "submission"),
        (.web, "web"),
    ]

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// The equivalent in the contract of 2022: whether the setting is visible in the submission form.
    var isSeenBySubmitter: Bool {
        switch self {
        case .hidden, .web: false
        case .visible, .submission, .unknown: true
        }
    }
}
