package import CommandLineOptions

/// A setting: its name, how its values are written, what it is for, and its default.
///
/// The same setting is `--manager-url` on the command line, `FLAMENCO_AGENT_MANAGER_URL` in the environment and
/// `manager_url` in the file.
package struct Setting<Value: Sendable>: Sendable {
    package let name: String
    package let group: SettingGroup
    package let purpose: String
    package let otherwise: String
    package let details: String
    package let needs: String
    package let synonyms: [String]
    package let optionValue: OptionValue?
    /// The default value.
    let standard: Value
    private let kind: SettingKind<Value>

    /// A setting with a default.
    ///
    /// - Parameters:
    ///   - otherwise: the default in words, where the value does not say it.
    ///   - details: more about it, in sentences.
    ///   - needs: what it has no effect without.
    ///   - synonyms: options that people try instead.
    init(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Value>, default standard: Value, _ purpose: String,
        otherwise: String = "", details: String = "", needs: String = "", synonyms: [String] = []
    ) {
        let value = Value.self == Bool.self ? nil : kind.value
        let texts = Texts(purpose, otherwise, details, needs, synonyms)
        self.init(name, group, kind, standard, value, texts)
    }

    /// A setting without a default: its value is nil when none is set.
    ///
    /// - Parameter otherwise: what holds then, in words.
    init<Wrapped: Sendable>(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Wrapped>, _ purpose: String, otherwise: String,
        details: String = "", needs: String = "", synonyms: [String] = []
    ) where Value == Wrapped? {
        let optional = SettingKind<Wrapped?>(
            expected: kind.expected, value: kind.value, fromJSON: { kind.fromJSON($0).map(Optional.some) },
            fromText: { kind.fromText($0).map(Optional.some) }, show: { $0.map(kind.show) ?? otherwise })
        self.init(name, group, optional, nil, kind.value, Texts(purpose, otherwise, details, needs, synonyms))
    }

    private struct Texts {
        let purpose, otherwise, details, needs: String
        let synonyms: [String]

        init(_ purpose: String, _ otherwise: String, _ details: String, _ needs: String, _ synonyms: [String]) {
            (self.purpose, self.otherwise, self.details, self.needs) = (purpose, otherwise, details, needs)
            self.synonyms = synonyms
        }
    }

    private init(
        _ name: String, _ group: SettingGroup, _ kind: SettingKind<Value>, _ standard: Value, _ value: OptionValue?,
        _ texts: Texts
    ) {
        self.name = name
        self.group = group
        (purpose, otherwise, details, needs) = (texts.purpose, texts.otherwise, texts.details, texts.needs)
        synonyms = texts.synonyms
        optionValue = value
        self.standard = standard
        self.kind = kind
    }

    package var expected: String { kind.expected }

    /// The value that is set, and where; absent when none is.
    func find(_ input: SettingsInput) throws(SettingsError) -> (value: Value, source: SettingSource)? {
        try input.value(of: SettingNames(name), kind)
    }

    /// The value as people read it.
    func show(_ value: Value) -> String { kind.show(value) }

    package var defaultText: String { otherwise.isEmpty ? shownStandard : otherwise }

    // Every start makes all declarations, so this is worked out for those who ask.
    package var sample: String {
        let isDefault = otherwise.isEmpty && kind.fromText(shownStandard) != nil
        return isDefault ? Self.literal(shownStandard) : Self.sample(from: expected)
    }

    private var shownStandard: String { kind.show(standard).filter { $0 != " " } }

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
        let forms = [#/such as "?([^ ,"]+)/#, #/"([^"]+)"/#, #/from (-?\d+)/#]
        let words = forms.lazy.compactMap { expected.firstMatch(of: $0)?.output.1 }.first
        return literal(words.map(String.init) ?? "…")
    }

    private static func literal(_ text: String) -> String {
        Int(text) != nil || Bool(text) != nil ? text : "\"\(text)\""
    }
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

/// What is known of a setting without the type of its values.
package protocol AnySetting: Sendable {
    /// The name in the settings file, in snake case.
    var name: String { get }
    /// What it is about.
    var group: SettingGroup { get }
    /// What is allowed, as in "a duration such as 10s".
    var expected: String { get }
    /// What it is for, in half a line; names and values are in backticks.
    var purpose: String { get }
    /// More about it, in sentences; may be empty.
    var details: String { get }
    /// What it has no effect without; may be empty.
    var needs: String { get }
    /// The default in words; empty when the default value says it.
    var otherwise: String { get }
    /// The default as people read it; empty for a setting that is required.
    var defaultText: String { get }
    /// The value of the option on the command line; absent when the option alone means true.
    var optionValue: OptionValue? { get }
    /// Options that people try instead.
    var synonyms: [String] { get }
    /// A value as it stands in a settings file: the default, else an example.
    var sample: String { get }

    /// The value that holds, and how it is shown.
    ///
    /// - Throws: ``SettingsError`` when a value is not allowed.
    func effective(in input: SettingsInput) throws(SettingsError) -> (value: any Sendable, shown: EffectiveSetting)
}

extension AnySetting {
    /// The option on the command line.
    package var option: String { SettingNames(name).option }
    /// The environment variable.
    package var variable: String { SettingNames(name).variable }
    /// Whether the option on the command line takes no value, and means true.
    package var isSwitch: Bool { optionValue == nil }
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
