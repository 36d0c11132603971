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

/// The tasks of a job while its type makes them, within limits: whatever is submitted, they take no more memory and time.
public struct TaskList: Sendable {
    /// What the tasks of a job may take.
    public struct Limits: Sendable {
        /// How many there may be.
        public var tasks = 200_000
        /// How many bytes all of them may have, counted as if each text in them stood there on its own.
        public var bytes = 256 << 20
        /// Whether there is time left to make more of them.
        public var hasTime: @Sendable () -> Bool = { true }

        /// The limits that suit a farm.
        public init() {}

        /// The limits for jobs with so many tasks: as many bytes a task as usual, but never less in all.
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

    /// No tasks yet.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// To be called before the tasks are made: refuses a job that has too many of them at once.
    ///
    /// - Throws: ``SettingError`` when there is no room for that many.
    public mutating func expect(_ count: Int) throws(SettingError) {
        guard count <= limits.tasks - tasks.count else {
            throw SettingError(
                ofJob: "the job has \(tasks.count + count) tasks; the limit is \(limits.tasks), and at least 1")
        }
        tasks.reserveCapacity(tasks.count + count)
    }

    /// Adds a task.
    ///
    /// - Throws: ``SettingError`` when the tasks take too much.
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
    /// About how many bytes it takes.
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
