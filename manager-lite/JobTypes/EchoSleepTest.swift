public import FlamencoAPI
public import FoundationEssentials

/// A job that prints a message and then sleeps: for testing a farm.
public struct EchoSleepTest: JobType {
    /// The name that jobs refer to.
    public let name = "echo-sleep-test"
    /// The name shown to users.
    public let label = "Echo and Sleep Test"
    /// What jobs of the type do.
    public let description = "Prints a message, then sleeps, for testing a farm."
    private let settings = [
        AvailableJobSetting(
            key: "message", type: .string, label: "Message", description: "The message to print.", required: true),
        AvailableJobSetting(
            key: "sleep_duration_seconds", type: .int32, propargs: ["min": 0], label: "Sleep Duration",
            description: "Duration of each sleep, in seconds.", default: 1),
        AvailableJobSetting(
            key: "sleep_repeats", type: .int32, propargs: ["min": 0, "max": 100_000], label: "Sleep Repeats",
            description: "Number of tasks that sleep.", default: 1),
    ]

    /// Creates the job type.
    public init() {}

    /// Returns the settings.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] { settings }

    /// Compiles to a task that prints the message, and the tasks that sleep after it, in parallel.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError) {
        let echo = TaskBlueprint(
            name: "echo", type: "misc",
            commands: [Command(name: "echo", parameters: ["message": .string(try settings.string("message"))])])
        let sleep = Command(
            name: "sleep", parameters: ["duration_in_seconds": settings.values["sleep_duration_seconds"] ?? 1])
        let repeats = try settings.integer("sleep_repeats")
        try tasks.expect(1 + repeats)
        try tasks.append(echo)
        for number in 0..<repeats {
            try tasks.append(
                TaskBlueprint(name: "sleep-\(number + 1)", type: "misc", commands: [sleep], dependencies: [0]))
        }
    }
}
