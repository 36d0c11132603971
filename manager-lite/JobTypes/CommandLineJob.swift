public import FlamencoAPI
public import FoundationEssentials

/// A job of command lines: for anything without a job type of its own.
public struct CommandLineJob: JobType {
    /// The name that jobs refer to.
    public let name = "command-line"
    /// The name shown to users.
    public let label = "Command Lines"
    /// What jobs of the type do.
    public let description = "Runs command lines, once or for each frame."
    private let settings = [
        AvailableJobSetting(
            key: "commands", type: .string, label: "Commands",
            description: "Argument vectors as a JSON list of lists, run in order: "
                + #"[["mkdir", "-p", "/out"], ["convert", "in.png", "/out/{frame}.png"]]. No shell is involved."#,
            required: true),
        AvailableJobSetting(
            key: "frames", type: .string, label: "Frames",
            description: "Frames, for example 1,4-7. Each gets a task, with {frame} replaced in every argument. "
                + "Without frames there is one task.",
            default: ""),
        AvailableJobSetting(
            key: "task_per_command", type: .bool, label: "Task per Command",
            description:
                "Whether each argument vector becomes a separate task; these run in parallel and in any order.",
            default: false),
    ]
    /// The argument vectors are a list.
    public let listSettings: Set<String> = ["commands"]

    /// Creates the job type.
    public init() {}

    /// Returns the settings.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] { settings }

    /// Compiles to one task that runs all argument vectors, or one for each frame, for each vector, or for each of
    /// both.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
    ) throws(SettingError) {
        let vectors = try argumentVectors(settings)
        let groups: [[[String]]] = try settings.bool("task_per_command") ? vectors.map { [$0] } : [vectors]
        let frames = try frames(settings)
        try tasks.expect(groups.count * (frames?.count ?? 1))
        for (index, group) in groups.enumerated() {
            let name = groups.count > 1 ? "command-\(index + 1)" : "command"
            guard let frames else {
                try tasks.append(task(name, group))
                continue
            }
            for frame in frames.runs.joined() {
                try tasks.append(
                    task(
                        "\(name)-frame-\(frame)",
                        group.map { $0.map { $0.replacing("{frame}", with: String(frame)) } }))
            }
        }
    }

    private func task(_ name: String, _ vectors: [[String]]) -> TaskBlueprint {
        TaskBlueprint(
            name: name, type: "misc",
            commands: vectors.map { vector in
                Command(
                    name: "exec",
                    parameters: [
                        "exe": .string(vector[0]), "args": .array(vector.dropFirst().map { .string($0) }),
                    ])
            })
    }

    private func frames(_ settings: CheckedSettings) throws(SettingError) -> FrameRange? {
        let text = try settings.string("frames")
        if text.isEmpty { return nil }
        return try FrameRange(setting: "frames", text)
    }

    private func argumentVectors(_ settings: CheckedSettings) throws(SettingError) -> [[String]] {
        let expected = #"a list of argument vectors such as [["echo", "hello"], ["ls", "-l"]]"#
        let problem = settings.problem(with: "commands", expected: expected)
        var value = settings.values["commands"]
        if case .string(let text) = value { value = try? WireJSON.parse(Data(text.utf8)) }
        guard case .array(let vectors) = value, !vectors.isEmpty else { throw problem }
        var result: [[String]] = []
        for case .array(let words) in vectors {
            let arguments = words.compactMap(\.argument)
            guard arguments.count == words.count, arguments.first?.isEmpty == false else { throw problem }
            result.append(arguments)
        }
        guard result.count == vectors.count else { throw problem }
        return result
    }
}

extension JSONValue {
    /// The argument on a command line, if the value can be one.
    fileprivate var argument: String? {
        switch self {
        case .string(let text): text.utf8.contains(0) ? nil : text
        case .integer, .number, .bool: description
        case .null, .array, .object: nil
        }
    }
}

extension FrameRange {
    /// Parses the frames of a setting.
    init(setting: String, _ text: String) throws(SettingError) {
        do throws(FrameRangeError) {
            try self.init(parsing: text)
        } catch {
            throw SettingError(
                setting: setting, expected: "frames as in 1-10 or 1,4-7,12",
                found: "\(JSONText.quoted(text)): \(error)")
        }
    }
}
