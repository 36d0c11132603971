public import FlamencoAPI
public import FoundationEssentials

/// A type of jobs: its settings, and how they are compiled to tasks.
///
/// A job type is a pure function: the same settings at the same time always result in the same tasks.
public protocol JobType: Sendable {
    /// The name that jobs refer to.
    var name: String { get }
    /// The name shown to users.
    var label: String { get }
    /// A sentence about jobs of the type.
    var description: String { get }
    /// The version of the definition, as in Flamenco 3, which changes with any part of it.
    var etag: String { get }
    /// Returns the settings, for submitters of a dialect.
    func settings(in dialect: APIDialect) -> [AvailableJobSetting]
    /// Returns the settings, in the spelling of the submitted ones.
    func settings(for submitted: JobSettings) -> [AvailableJobSetting]
    /// The settings that may also be JSON lists, which the contract's setting types cannot express.
    var listSettings: Set<String> { get }

    /// Compiles the tasks of a job, in an order in which each comes after its dependencies. Announces their number
    /// before it creates them.
    ///
    /// - Parameter time: when the job was submitted.
    /// - Throws: ``SettingError`` if the settings are individually valid, but not together.
    func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError)

    /// Returns the settings to store with the job, including those that are only known at submission.
    func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings

    /// Returns problems with the settings that do not prevent the job from being run.
    func warnings(_ settings: CheckedSettings) -> [SettingError]
}

extension JobType {
    /// By default, there is one spelling.
    public func settings(for submitted: JobSettings) -> [AvailableJobSetting] { settings(in: .v3) }

    /// By default, the settings without changes.
    public func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings { settings.values }

    /// By default, none.
    public func warnings(_ settings: CheckedSettings) -> [SettingError] { [] }

    /// Returns the tasks of a job.
    ///
    /// - Throws: what ``compile(_:submittedAt:into:)`` throws, and an error if the tasks exceed the limits.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, limits: TaskList.Limits = TaskList.Limits()
    ) throws(SettingError) -> [TaskBlueprint] {
        var list = TaskList(limits: limits)
        try compile(settings, submittedAt: time, into: &list)
        return list.tasks
    }

    /// By default, none.
    public var listSettings: Set<String> { [] }
}

extension JobType {
    /// Returns the job type as listed for submitters of a dialect (contract and Flamenco 3: `AvailableJobType`).
    public func available(in dialect: APIDialect) -> AvailableJobType {
        var definition = AvailableJobType(
            name: name, label: label, description: description, settings: settings(in: dialect))
        // Includes everything that submitters see, so that any change of it results in another version.
        definition.etag = (try? WireJSON.encode(definition)).map { Fingerprint.of($0) } ?? ""
        return definition
    }

    /// The version of everything that submitters see.
    public var etag: String { available(in: .v3).etag }
}
