public import FlamencoAPI
import HumanText

/// The settings of a job, compared with what its job type defines, defaults filled in.
///
/// As with Flamenco, a setting that is unknown, missing or of another kind is no reason to refuse a job as long as tasks can
/// be made of it; such are noted as warnings.
public struct CheckedSettings: Hashable, Sendable {
    /// Every value that was submitted, and the defaults of those that were not.
    public let values: JobSettings
    /// What is not as the job type defines it.
    public let warnings: [SettingError]

    /// Checks the settings of a job. A setting that is `null` counts as not submitted.
    public init(_ submitted: JobSettings, for jobType: some JobType) {
        self.init(
            submitted, definitions: jobType.settings(for: submitted), of: jobType.name, lists: jobType.listSettings)
    }

    /// Checks the settings of a job of a type that defines these.
    ///
    /// - Parameter lists: the settings that may also be given as a JSON list.
    init(
        _ submitted: JobSettings, definitions: [AvailableJobSetting], of jobType: String, lists: Set<String> = []
    ) {
        let keys = definitions.map(\.key)
        var warnings = submitted.keys.sorted().filter { !keys.contains($0) }.map { key in
            let suggestion = NearestName.to(key, among: keys).map { "did you mean “\($0)”?" }
            return SettingError(
                setting: key,
                problem: "job type \(jobType) has no such setting; "
                    + (suggestion ?? "available are \(keys.joined(separator: ", "))"))
        }
        var values = submitted
        for definition in definitions {
            if let value = submitted[definition.key], value != .null {
                if case .array = value, lists.contains(definition.key) { continue }
                do throws(SettingError) { try definition.check(value) } catch { warnings.append(error) }
            } else if definition.required == true, definition.default == nil {
                warnings.append(
                    SettingError(
                        setting: definition.key, expected: definition.expectation, found: "nothing: it is required"))
            } else {
                values[definition.key] = definition.default
            }
        }
        self.values = values
        self.warnings = warnings
    }
}

// MARK: - Reading

extension CheckedSettings {
    /// The text of a string setting; a number is text too.
    public func string(_ key: String) throws(SettingError) -> String {
        switch values[key] {
        case .string(let text): return text
        case .integer, .number: return values[key]?.description ?? ""
        default: throw missing(key, "a string")
        }
    }

    /// The number of a whole-number setting; digits in a text are one too.
    public func integer(_ key: String) throws(SettingError) -> Int {
        switch values[key] {
        case .integer(let value): return Int(value)
        case .number(let value): if let whole = Int(exactly: value.rounded(.down)) { return whole }
        case .string(let text): if let value = Int(text) { return value }
        default: break
        }
        throw missing(key, "a whole number")
    }

    /// The value of a true-or-false setting.
    public func bool(_ key: String) throws(SettingError) -> Bool {
        switch values[key] {
        case .bool(let value): return value
        case .integer(let value): return value != 0
        default: throw missing(key, "true or false")
        }
    }

    /// A problem with the value of a setting.
    public func problem(with key: String, expected: String) -> SettingError {
        SettingError(setting: key, expected: expected, found: values[key]?.description ?? "nothing")
    }

    private func missing(_ key: String, _ expected: String) -> SettingError {
        problem(with: key, expected: expected)
    }
}

/// What is wrong with the settings of a job, in words for the person who submits it.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key of the setting; empty when it is the job as a whole.
    public let setting: String
    /// What is wrong with it, without a full stop.
    public let problem: String

    /// A setting that is wrong in a way of its own.
    public init(setting: String, problem: String) {
        self.setting = setting
        self.problem = problem
    }

    /// A job that is wrong as a whole.
    public init(ofJob problem: String) { self.init(setting: "", problem: problem) }

    /// A setting whose value is not what was expected.
    public init(setting: String, expected: String, found: some CustomStringConvertible) {
        self.init(setting: setting, problem: "expected \(expected), found \(found)")
    }

    /// One sentence without a full stop.
    public var description: String { setting.isEmpty ? problem : "setting “\(setting)”: \(problem)" }
}
