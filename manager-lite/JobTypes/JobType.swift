public import FlamencoAPI

/// A kind of job: which settings it has, and which tasks it makes of them.
///
/// A job type is a pure function: the same settings always give the same tasks.
public protocol JobType: Sendable {
    /// The name that jobs refer to.
    var name: String { get }
    /// The name that people see.
    var label: String { get }
    /// What can be set.
    var settings: [AvailableJobSetting] { get }
    /// The settings that may also be given as a JSON list, which the setting types of the contract cannot say.
    var listSettings: Set<String> { get }

    /// The tasks of a job, in an order in which each comes after those it depends on.
    ///
    /// - Throws: ``SettingProblem`` when the settings, each right by itself, make no sense together.
    func compile(_ settings: CheckedSettings) throws(SettingProblem) -> [TaskBlueprint]
}

extension JobType {
    /// No setting takes a list.
    public var listSettings: Set<String> { [] }

    /// The job type as it is listed for submitters (contract: `AvailableJobType`).
    public var available: AvailableJobType { AvailableJobType(name: name, label: label, settings: settings) }
}
