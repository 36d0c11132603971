/// A setting of a job type (contract: `AvailableJobSetting`).
public struct AvailableJobSetting: Codable, Hashable, Sendable {
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
    /// The text that a person sees when they point at it.
    public var description: String?
    /// The value when none is given.
    public var `default`: JSONValue?
    /// A Python expression that gives the default.
    public var eval: String?
    /// Whether people see it; they do when absent.
    public var visible: Bool?
    /// Whether a job without it is refused; it is not when absent.
    public var required: Bool?
    /// Whether it may be changed after submission; it may not when absent.
    public var editable: Bool?

    /// A setting.
    public init(
        key: String, type: AvailableJobSettingType, subtype: AvailableJobSettingSubtype? = nil,
        choices: [String]? = nil, propargs: [String: JSONValue]? = nil, description: String? = nil,
        default: JSONValue? = nil, eval: String? = nil, visible: Bool? = nil, required: Bool? = nil,
        editable: Bool? = nil
    ) {
        self.key = key
        self.type = type
        self.subtype = subtype
        self.choices = choices
        self.propargs = propargs
        self.description = description
        self.default = `default`
        self.eval = eval
        self.visible = visible
        self.required = required
        self.editable = editable
    }
}
