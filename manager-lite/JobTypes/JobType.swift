public import FlamencoAPI
public import FoundationEssentials

/// A kind of job: which settings it has, and which tasks it makes of them.
///
/// A job type is a pure function: the same settings at the same time always give the same tasks.
public protocol JobType: Sendable {
    /// The name that jobs refer to.
    var name: String { get }
    /// The name that people see.
    var label: String { get }
    /// What jobs of the type do, in a sentence.
    var description: String { get }
    /// What can be set, as submitters of a dialect know it.
    func settings(in dialect: APIDialect) -> [AvailableJobSetting]
    /// The dialect whose settings these are, as far as that makes a difference.
    ///
    /// - Throws: ``SettingProblem`` when some are of one and some of another.
    func dialect(of submitted: JobSettings) throws(SettingProblem) -> APIDialect
    /// The settings that may also be given as a JSON list, which the setting types of the contract cannot say.
    var listSettings: Set<String> { get }

    /// Makes the tasks of a job, in an order in which each comes after those it depends on. Says how many there will be
    /// before it makes them.
    ///
    /// - Parameter time: when the job was submitted.
    /// - Throws: ``SettingProblem`` when the settings, each right by itself, make no sense together.
    func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingProblem)
}

extension JobType {
    /// The settings are the same in all dialects.
    public func dialect(of submitted: JobSettings) -> APIDialect { .v3 }

    /// The tasks of a job.
    ///
    /// - Throws: what ``compile(_:submittedAt:into:)`` throws, and when the tasks take more than the limits.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, limits: TaskList.Limits = TaskList.Limits()
    ) throws(SettingProblem) -> [TaskBlueprint] {
        var list = TaskList(limits: limits)
        try compile(settings, submittedAt: time, into: &list)
        return list.tasks
    }

    /// No setting takes a list.
    public var listSettings: Set<String> { [] }
}
