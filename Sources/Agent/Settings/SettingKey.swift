/// A setting: its name in the settings file, what it is for, and how its values are written.
///
/// The same setting is `--manager-url` on the command line, `FLAMENCO_AGENT_MANAGER_URL` in the environment and
/// `manager_url` in the file.
package struct SettingKey<Value: Sendable>: Sendable {
    /// The name in the settings file, in snake case.
    package let name: String
    /// How its values are written.
    let kind: SettingKind<Value>
    /// What it is for, in half a line.
    package let purpose: String
    /// What holds when nobody says anything, in words.
    package let otherwise: String

    init(_ name: String, _ kind: SettingKind<Value>, _ purpose: String, otherwise: String = "") {
        self.name = name
        self.kind = kind
        self.purpose = purpose
        self.otherwise = otherwise
    }
}

/// What there is to say of a setting without knowing the type of its values.
package protocol AnySettingKey: Sendable {
    /// The name in the settings file.
    var name: String { get }
    /// What is allowed.
    var expected: String { get }
    /// What it is for.
    var purpose: String { get }
    /// What holds when nobody says anything.
    var otherwise: String { get }
    /// Whether the option on the command line takes no value, and means yes.
    var isSwitch: Bool { get }
}

extension SettingKey: AnySettingKey {
    package var expected: String { kind.expected }
    package var isSwitch: Bool { Value.self == Bool.self }
}

extension AnySettingKey {
    /// The option on the command line.
    package var option: String { "--" + name.replacing("_", with: "-") }
    /// The environment variable.
    package var variable: String { "FLAMENCO_AGENT_" + name.uppercased() }
}
