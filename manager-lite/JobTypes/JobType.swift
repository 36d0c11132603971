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
    /// The version of the definition, as Flamenco 3 has it: another one when anything of it changes.
    var etag: String { get }
    /// What can be set, as submitters of a dialect know it.
    func settings(in dialect: APIDialect) -> [AvailableJobSetting]
    /// What can be set, in the spelling that these settings have.
    func settings(for submitted: JobSettings) -> [AvailableJobSetting]
    /// The settings that may also be given as a JSON list, which the setting types of the contract cannot say.
    var listSettings: Set<String> { get }

    /// Makes the tasks of a job, in an order in which each comes after those it depends on. Says how many there will be
    /// before it makes them.
    ///
    /// - Parameter time: when the job was submitted.
    /// - Throws: ``SettingError`` when the settings, each right by itself, make no sense together.
    func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError)

    /// The settings that the job keeps: what is only known at submission is filled in.
    func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings

    /// What is wrong with settings, each right by itself, without keeping the job from being done.
    func warnings(_ settings: CheckedSettings) -> [SettingError]
}

extension JobType {
    /// There is one spelling.
    public func settings(for submitted: JobSettings) -> [AvailableJobSetting] { settings(in: .v3) }

    /// The settings as they are.
    public func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings { settings.values }

    /// Nothing.
    public func warnings(_ settings: CheckedSettings) -> [SettingError] { [] }

    /// The tasks of a job.
    ///
    /// - Throws: what ``compile(_:submittedAt:into:)`` throws, and when the tasks take more than the limits.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, limits: TaskList.Limits = TaskList.Limits()
    ) throws(SettingError) -> [TaskBlueprint] {
        var list = TaskList(limits: limits)
        try compile(settings, submittedAt: time, into: &list)
        return list.tasks
    }

    /// No setting takes a list.
    public var listSettings: Set<String> { [] }
}

extension JobType {
    /// The job type as it is listed for submitters of a dialect (contract and Flamenco 3: `AvailableJobType`).
    public func available(in dialect: APIDialect) -> AvailableJobType {
        var definition = AvailableJobType(
            name: name, label: label, description: description, settings: settings(in: dialect))
        // All that submitters get to know, so that whatever they rely on is another version when it changes.
        definition.etag = (try? WireJSON.encode(definition)).map { Fingerprint.of($0) } ?? ""
        return definition
    }

    /// The version of all that submitters get to know.
    public var etag: String { available(in: .v3).etag }
}
