/// What is wrong with the settings of a job, in words for the person who submits it.
public struct SettingProblem: Error, Hashable, Sendable, CustomStringConvertible {
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
