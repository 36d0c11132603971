public import FlamencoAPI

/// A task before there is a job that it belongs to.
public struct TaskBlueprint: Hashable, Sendable {
    /// The name that people see.
    public var name: String
    /// The type: which workers can run it.
    public var type: String
    /// The priority among the tasks of its job; higher goes first.
    public var priority: Int
    /// What to do, one after another.
    public var commands: [Command]
    /// The tasks that have to be completed before, by their places in the list that this blueprint stands in.
    public var dependencies: [Int]

    /// The priority of a task that is as urgent as its siblings.
    public static let defaultPriority = 50

    /// A task to be.
    public init(
        name: String, type: String, priority: Int = Self.defaultPriority, commands: [Command],
        dependencies: [Int] = []
    ) {
        self.name = name
        self.type = type
        self.priority = priority
        self.commands = commands
        self.dependencies = dependencies
    }
}
