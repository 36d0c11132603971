/// A setting: its name, how its values are written, what it is for, and what holds when nobody says anything.
///
/// The same setting is `--manager-url` on the command line, `FLAMENCO_AGENT_MANAGER_URL` in the environment and
/// `manager_url` in the file.
package struct Setting<Value: Sendable>: Sendable {
    package let name: String
    package let group: SettingGroup
    package let purpose: String
    package let otherwise: String
    package let expected: String
    package let isSwitch: Bool
    package let sample: String
    /// The value that holds when nobody says anything.
    let standard: Value
    /// What people said, and where; absent when nobody said anything.
    let find: @Sendable (SettingsInput) throws(SettingsError) -> (value: Value, source: SettingSource)?
    /// The value as people read it.
    let show: @Sendable (Value) -> String

    /// A setting with a default.
    ///
    /// - Parameter otherwise: the default in words, where the value does not say it.
    init(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Value>, default standard: Value, _ purpose: String,
        otherwise: String = ""
    ) {
        self.init(name, group, kind, standard, purpose, otherwise, isSwitch: Value.self == Bool.self)
    }

    /// A setting without a default: its value is nil when nobody says anything.
    ///
    /// - Parameter otherwise: what holds then, in words.
    init<Wrapped: Sendable>(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Wrapped>, _ purpose: String, otherwise: String
    ) where Value == Wrapped? {
        let optional = SettingKind<Wrapped?>(
            expected: kind.expected, fromJSON: { kind.fromJSON($0).map(Optional.some) },
            fromText: { kind.fromText($0).map(Optional.some) }, show: { $0.map(kind.show) ?? otherwise })
        self.init(name, group, optional, nil, purpose, otherwise, isSwitch: Wrapped.self == Bool.self)
    }

    private init(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Value>, _ standard: Value, _ purpose: String,
        _ otherwise: String, isSwitch: Bool
    ) {
        self.name = name
        self.group = group
        self.purpose = purpose
        self.otherwise = otherwise
        self.isSwitch = isSwitch
        self.standard = standard
        expected = kind.expected
        let shown = kind.show(standard).filter { $0 != " " }
        let isDefault = otherwise.isEmpty && kind.fromText(shown) != nil
        sample = isDefault ? Self.literal(shown) : Self.sample(from: kind.expected)
        let names = SettingNames(name)
        find = { (input) throws(SettingsError) in try input.value(of: names, kind) }
        show = kind.show
    }

    /// A value out of the words about what is allowed.
    private static func sample(from expected: String) -> String {
        if let start = expected.firstIndex(where: { "[{".contains($0) }) {
            var depth = 0
            let end = expected[start...].firstIndex { character in
                if "[{".contains(character) { depth += 1 }
                if "]}".contains(character) { depth -= 1 }
                return depth == 0
            }
            if let end { return String(expected[start...end]) }
        }
        let forms = [#/such as "?([^ ,"]+)/#, #/“([^”]+)”/#, #/from (-?\d+)/#]
        let words = forms.lazy.compactMap { expected.firstMatch(of: $0)?.output.1 }.first
        return literal(words.map(String.init) ?? "…")
    }

    private static func literal(_ text: String) -> String {
        Int(text) != nil || Bool(text) != nil ? text : "\"\(text)\""
    }
}

/// What settings are about, in the order of the documentation.
package enum SettingGroup: Sendable {
    case worker, executors, manager, programs, leaving, readiness, logs, observing
}

/// What a setting is called in each place.
package struct SettingNames: Sendable {
    /// In the settings file, in snake case.
    let file: String

    init(_ name: String) { file = name }

    /// The option on the command line.
    var option: String { "--" + file.replacing("_", with: "-") }
    /// The environment variable.
    var variable: String { "FLAMENCO_AGENT_" + file.uppercased() }
}

/// What there is to say of a setting without knowing the type of its values.
package protocol AnySetting: Sendable {
    /// The name in the settings file, in snake case.
    var name: String { get }
    /// What it is about.
    var group: SettingGroup { get }
    /// What is allowed, as in "a span of time such as 10s".
    var expected: String { get }
    /// What it is for, in half a line.
    var purpose: String { get }
    /// What holds when nobody says anything, in words; empty when the default value says it.
    var otherwise: String { get }
    /// Whether the option on the command line takes no value, and means yes.
    var isSwitch: Bool { get }
    /// A value as it stands in a settings file: the default, else an example.
    var sample: String { get }

    /// The value that holds, and how it is shown.
    ///
    /// - Throws: ``SettingsError`` when what was said is not allowed.
    func effective(in input: SettingsInput) throws(SettingsError) -> (value: any Sendable, shown: EffectiveSetting)
}

extension AnySetting {
    /// The option on the command line.
    package var option: String { SettingNames(name).option }
    /// The environment variable.
    package var variable: String { SettingNames(name).variable }
}

extension Setting: AnySetting {
    package func effective(
        in input: SettingsInput
    ) throws(SettingsError) -> (value: any Sendable, shown: EffectiveSetting) {
        let found = try find(input)
        let words = found == nil && !otherwise.isEmpty ? otherwise : show(found?.value ?? standard)
        return (
            found?.value ?? standard,
            EffectiveSetting(name: name, value: words, source: found?.source ?? .builtIn)
        )
    }
}

/// A setting with the value that holds and where it came from.
package struct EffectiveSetting: Hashable, Sendable {
    /// The name in the settings file.
    package let name: String
    /// The value as people read it; in words when nothing is set.
    package let value: String
    /// Where it came from.
    package let source: SettingSource
}

/// Where the value of a setting came from.
package enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    case commandLine(option: String)
    case environment(variable: String)
    case file(path: String)
    case builtIn

    package var description: String {
        switch self {
        case .commandLine(let option): option
        case .environment(let variable): variable
        case .file(let path): path
        case .builtIn: "default"
        }
    }
}
