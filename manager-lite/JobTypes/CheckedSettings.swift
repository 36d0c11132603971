public import FlamencoAPI
import HumanText

/// The settings of a job, checked against the definition of its job type, with defaults filled in.
///
/// As with Flamenco, a setting that is unknown, missing or of another type is not a reason to reject a job as long as
/// it can be compiled; these are reported as warnings.
public struct CheckedSettings: Hashable, Sendable {
    /// Every submitted value, and the defaults of the others.
    public let values: JobSettings
    /// The mismatches with the definition of the job type.
    public let warnings: [SettingError]

    /// Checks the settings of a job. A setting that is `null` counts as missing.
    public init(_ submitted: JobSettings, for jobType: some JobType) {
        self.init(
            submitted, definitions: jobType.settings(for: submitted), of: jobType.name, lists: jobType.listSettings)
    }

    /// Checks the settings of a job, with the definitions of its type.
    ///
    /// - Parameter lists: the settings that may also be JSON lists.
    init(
        _ submitted: JobSettings, definitions: [AvailableJobSetting], of jobType: String, lists: Set<String> = []
    ) {
        let keys = definitions.map(\.key)
        var warnings = submitted.keys.sorted().filter { !keys.contains($0) }.map { key in
            let suggestion = NearestName.to(key, among: keys).map { "did you mean \"\($0)\"?" }
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
    /// Returns the text of a string setting; numbers are accepted too.
    public func string(_ key: String) throws(SettingError) -> String {
        switch values[key] {
        case .string(let text): return text
        case .integer, .number: return values[key]?.description ?? ""
        default: throw missing(key, "a string")
        }
    }

    /// Returns the number of a whole-number setting; text with digits is accepted too.
    public func integer(_ key: String) throws(SettingError) -> Int {
        switch values[key] {
        case .integer(let value): return Int(value)
        case .number(let value): if let whole = Int(exactly: value.rounded(.down)) { return whole }
        case .string(let text): if let value = Int(text) { return value }
        default: break
        }
        throw missing(key, "a whole number")
    }

    /// Returns the value of a Boolean setting.
    public func bool(_ key: String) throws(SettingError) -> Bool {
        switch values[key] {
        case .bool(let value): return value
        case .integer(let value): return value != 0
        default: throw missing(key, "true or false")
        }
    }

    /// Creates an error about the value of a setting.
    public func problem(with key: String, expected: String) -> SettingError {
        SettingError(setting: key, expected: expected, found: values[key]?.description ?? "nothing")
    }

    private func missing(_ key: String, _ expected: String) -> SettingError {
        problem(with: key, expected: expected)
    }
}

/// A problem with the settings of a job, described for its submitter.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key of the setting; empty for the job as a whole.
    public let setting: String
    /// The problem, without a full stop.
    public let problem: String

    /// Creates an error about a setting.
    public init(setting: String, problem: String) {
        self.setting = setting
        self.problem = problem
    }

    /// Creates an error about the whole job.
    public init(ofJob problem: String) { self.init(setting: "", problem: problem) }

    /// Creates an error about a setting with an unexpected value.
    public init(setting: String, expected: String, found: some CustomStringConvertible) {
        self.init(setting: setting, problem: "expected \(expected), found \(found)")
    }

    /// One sentence without a full stop.
    public var description: String { setting.isEmpty ? problem : "setting \"\(setting)\": \(problem)" }
}
