public import FlamencoAPI
import Wording

/// The settings of a job, checked against what its job type defines, defaults filled in.
public struct CheckedSettings: Hashable, Sendable {
    /// Every value that was submitted, and the defaults of those that were not.
    public let values: JobSettings
    /// The dialect whose settings they are.
    public let dialect: APIDialect

    /// Checks the settings of a job.
    ///
    /// A setting that is `null` counts as not submitted.
    ///
    /// - Throws: ``SettingProblem`` for the first setting that the type does not have, that is required and missing, or
    ///   that has a value of the wrong kind; and for settings of two dialects.
    public init(_ submitted: JobSettings, for jobType: some JobType) throws(SettingProblem) {
        dialect = try jobType.dialect(of: submitted)
        let definitions = jobType.settings(in: dialect)
        let keys = definitions.map(\.key)
        for key in submitted.keys.sorted() where !keys.contains(key) {
            let suggestion = NearestName.to(key, among: keys).map { "did you mean “\($0)”?" }
            throw SettingProblem(
                setting: key,
                problem: "job type \(jobType.name) has no such setting; "
                    + (suggestion ?? "it has \(keys.joined(separator: ", "))"))
        }
        var values = submitted
        for definition in definitions {
            if let value = submitted[definition.key], value != .null {
                if case .array = value, jobType.listSettings.contains(definition.key) { continue }
                try definition.check(value)
            } else if definition.required == true {
                throw SettingProblem(
                    setting: definition.key, expected: definition.expectation, found: "nothing: it is required")
            } else {
                values[definition.key] = definition.default
            }
        }
        self.values = values
    }
}

// MARK: - Reading

extension CheckedSettings {
    /// The text of a string setting.
    public func string(_ key: String) throws(SettingProblem) -> String {
        guard let value = values[key]?.stringValue else { throw missing(key, "a string") }
        return value
    }

    /// The number of a whole-number setting.
    public func integer(_ key: String) throws(SettingProblem) -> Int {
        switch values[key] {
        case .integer(let value): return Int(value)
        case .number(let value): return Int(value)
        default: throw missing(key, "a whole number")
        }
    }

    /// The value of a true-or-false setting.
    public func bool(_ key: String) throws(SettingProblem) -> Bool {
        guard case .bool(let value) = values[key] else { throw missing(key, "true or false") }
        return value
    }

    /// A problem with the value of a setting.
    public func problem(with key: String, expected: String) -> SettingProblem {
        SettingProblem(setting: key, expected: expected, found: values[key]?.description ?? "nothing")
    }

    private func missing(_ key: String, _ expected: String) -> SettingProblem {
        problem(with: key, expected: expected)
    }
}
