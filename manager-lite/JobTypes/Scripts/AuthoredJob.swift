public import FlamencoAPI
public import FoundationEssentials

/// A job compiled by a script: the job type of this one job.
public struct AuthoredJob: JobType, Codable {
    /// The name that jobs refer to.
    public var name: String { definition.name }
    /// The name shown to users.
    public var label: String { definition.label }
    /// What jobs of the type do.
    public var description: String { definition.description ?? "" }
    /// The version of the script.
    public var etag: String { definition.etag }
    /// The job as submitted, with name, priority and metadata as set by the script.
    public let submitted: SubmittedJob
    /// The messages of the script.
    public let messages: [String]
    private let definition: AvailableJobType
    private let settings: JobSettings
    private let tasks: [JSONValue]
    private let oddities: [String]
    private let file: String

    init(
        _ answer: HostAnswer, of job: SubmittedJob, by script: JobTypeScript, file: String
    ) throws(JobTypeScriptError) {
        guard let made = answer.job, case .object(let settings)? = made["settings"],
            case .array(let tasks)? = made["tasks"], case .integer(let priority)? = made["priority"],
            case .object(let metadata)? = made["metadata"], let name = made["name"]?.stringValue
        else {
            throw JobTypeScriptError(
                file: file, message: "the job's settings and metadata should be objects, but the script changed them")
        }
        var submitted = job
        submitted.name = name
        submitted.priority = Int(clamping: priority)
        submitted.metadata = metadata.mapValues { $0.stringValue ?? $0.description }
        self.submitted = submitted
        self.settings = settings
        self.tasks = tasks
        self.file = file
        definition = script.definition
        messages = answer.texts(from: file)
        oddities = answer.warnings
    }

    /// Returns the settings.
    public func settings(in dialect: APIDialect) -> [AvailableJobSetting] { definition.settings }

    /// Returns the settings as changed by the script.
    public func kept(_ settings: CheckedSettings, submittedAt time: Date) -> JobSettings { self.settings }

    /// Returns warnings about how the script created the tasks.
    public func warnings(_ settings: CheckedSettings) -> [SettingError] {
        oddities.map { SettingError(ofJob: "\(file): \($0)") }
    }

    /// Compiles the tasks that the script created.
    public func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into list: inout TaskList
    ) throws(SettingError) {
        try list.expect(tasks.count)
        for task in tasks {
            let blueprint: TaskBlueprint
            do throws(JSONError) {
                blueprint = TaskBlueprint(try WireJSON.decode(AuthoredTask.self, from: task))
            } catch {
                throw SettingError(ofJob: "\(file): invalid task: \(error)")
            }
            try list.append(blueprint)
        }
        if let name = list.tasks.nameInCircle {
            throw SettingError(
                ofJob: "\(file): task \"\(name)\" depends on itself through other tasks")
        }
    }
}

/// A task as written by `host.js`.
private struct AuthoredTask: Decodable {
    let name: String
    let type: String
    let priority: Int
    let commands: [Command]
    let dependencies: [Int]
}

extension TaskBlueprint {
    fileprivate init(_ task: AuthoredTask) {
        self.init(
            name: task.name, type: task.type, priority: task.priority, commands: task.commands,
            dependencies: task.dependencies)
    }
}

extension [TaskBlueprint] {
    /// The name of a task that can never start, because it depends on itself.
    fileprivate var nameInCircle: String? {
        var waiting = map { Set($0.dependencies).count }
        var dependents = [[Int]](repeating: [], count: count)
        for (index, task) in enumerated() {
            for dependency in Set(task.dependencies) { dependents[dependency].append(index) }
        }
        var ready = indices.filter { waiting[$0] == 0 }
        var done = 0
        while let next = ready.popLast() {
            done += 1
            for index in dependents[next] {
                waiting[index] -= 1
                if waiting[index] == 0 { ready.append(index) }
            }
        }
        return done == count ? nil : indices.first { waiting[$0] > 0 }.map { self[$0].name }
    }
}
