public import FlamencoAPI
public import FoundationEssentials

/// A job of one task with arbitrary commands: for testing executors that no job type uses yet.
public struct CommandsJob: JobType {
    /// The name that jobs refer to.
    public let name = "commands"
    /// The name shown to users.
    public let label = "Commands"
    /// What jobs of the type do.
    public let description = "Runs commands without changes, for testing an executor."
    private let settings = [
        AvailableJobSetting(
            key: "commands", type: .string, label: "Commands",
            description: "The commands of the task as a JSON list: "
                + #"[{"name": "echo", "parameters": {"message": "hello"}}]."#,
            required: true),
        AvailableJobSetting(
            key: "task_type", type: .string, label: "Task Type",
            description: "The type of the task, which determines the workers that can run it.",
            default: "misc"),
    ]
    /// The commands are a list.
    public let listSettings: Set<String> = ["commands"]

    /// Creates the job type.
    public init() {}

    /// Returns the settings.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] { settings }

    /// Compiles to one task with all commands.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError) {
        var value = settings.values["commands"]
        if case .string(let text) = value { value = try? WireJSON.parse(Data(text.utf8)) }
        guard let value, let commands = try? WireJSON.decode([Command].self, from: value), !commands.isEmpty
        else {
            throw settings.problem(
                with: "commands", expected: #"a list of commands such as [{"name": "echo", "parameters": {}}]"#)
        }
        try tasks.append(
            TaskBlueprint(name: "commands", type: try settings.string("task_type"), commands: commands))
    }
}
