public import FlamencoAPI

/// A task of a job that is being compiled.
public struct TaskBlueprint: Hashable, Sendable {
    /// The name shown to users.
    public var name: String
    /// The type, which determines the workers that can run it.
    public var type: String
    /// The priority among the tasks of its job; higher goes first.
    public var priority: Int
    /// The commands, to be run in order.
    public var commands: [Command]
    /// The tasks that must be completed before it, by their index in the list.
    public var dependencies: [Int]

    /// The default priority of a task.
    public static let defaultPriority = 50

    /// Creates a task.
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

/// The tasks of a job while it is compiled, with limits on memory and time whatever is submitted.
public struct TaskList: Sendable {
    /// The limits of a job's tasks.
    public struct Limits: Sendable {
        /// Maximum number of tasks.
        public var tasks = 200_000
        /// Maximum total size in bytes, with repeated texts counted each time.
        public var bytes = 256 << 20
        /// Returns whether there is time left to create more of them.
        public var hasTime: @Sendable () -> Bool = { true }

        /// Creates limits that are suitable for a farm.
        public init() {}

        /// Creates limits for jobs with this many tasks: the usual size per task, but at least the usual total.
        public init(tasks: Int) {
            let usual = Limits()
            self.tasks = tasks
            bytes = max(usual.bytes, usual.bytes / usual.tasks * tasks)
        }
    }

    /// The tasks so far.
    public private(set) var tasks: [TaskBlueprint] = []
    private let limits: Limits
    private var bytes = 0

    /// Creates an empty list.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Must be called before the tasks are created: rejects a job with too many tasks at once.
    ///
    /// - Throws: ``SettingError`` if there are too many.
    public mutating func expect(_ count: Int) throws(SettingError) {
        guard count <= limits.tasks - tasks.count else {
            throw SettingError(
                ofJob: "the job has \(tasks.count + count) tasks; the limit is \(limits.tasks), and at least 1")
        }
        tasks.reserveCapacity(tasks.count + count)
    }

    /// Adds a task.
    ///
    /// - Throws: ``SettingError`` if the tasks exceed the limits.
    public mutating func append(_ task: TaskBlueprint) throws(SettingError) {
        if tasks.count == limits.tasks { try expect(1) }
        bytes += task.weight
        guard bytes <= limits.bytes else {
            throw SettingError(
                ofJob: "the tasks of the job are too large: more than \(limits.bytes >> 20) MiB in total")
        }
        guard !tasks.count.isMultiple(of: 256) || limits.hasTime() else {
            throw SettingError(ofJob: "creating the tasks of the job takes too long")
        }
        tasks.append(task)
    }
}

extension TaskBlueprint {
    /// The approximate size in bytes.
    fileprivate var weight: Int {
        commands.reduce(128 + name.utf8.count + dependencies.count * 8) { sum, command in
            sum + 64 + command.name.utf8.count + JSONValue.object(command.parameters).weight
        }
    }
}

extension JSONValue {
    fileprivate var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 24
        case .string(let text): 24 + text.utf8.count
        case .array(let elements): elements.reduce(24) { $0 + $1.weight }
        case .object(let members): members.reduce(24) { $0 + 16 + $1.key.utf8.count + $1.value.weight }
        }
    }
}
