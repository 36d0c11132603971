package import FlamencoAPI

/// An executor in any language: a program with a manifest, which receives the command as JSON on its standard input,
/// and whose output is the log of the task, with the messages of ``OutputMessage``.
package struct ExternalExecutor: CommandExecutor {
    package typealias Parameters = JSONValue

    let manifest: ExecutorManifest
    /// The folder with the manifest.
    package let folder: String

    package var commandName: String { manifest.command }
    package var taskType: String { manifest.taskType }
    /// Whether it is enabled by default.
    package var isEnabled: Bool { manifest.isEnabled }

    /// Runs the program; declared parameters are passed as in the manifest, others unchanged.
    package func run(_ parameters: JSONValue, in context: CommandContext) async throws {
        guard case .object(var members) = parameters else {
            throw ParameterError(parameter: "parameters", expected: "an object", found: parameters.kind)
        }
        let came = ParameterDecoder.decoder(for: parameters)
        for parameter in manifest.parameters {
            members[parameter.name] = try await parameter.value(in: came, context)
        }
        let document = CommandDocument(name: commandName, parameters: members, task: context.task)
        try await context.runAndListen(manifest.program(in: folder, input: document.text()))
    }
}

/// The command in the form that its program reads.
struct CommandDocument: Codable {
    private struct TaskPart: Codable {
        let id: String
        let name: String
        let type: String
    }

    private struct JobPart: Codable {
        let id: String
        let type: String
    }

    let name: String
    let parameters: [String: JSONValue]
    private let task: TaskPart
    private let job: JobPart

    init(name: String, parameters: [String: JSONValue], task: AssignedTask) {
        self.name = name
        self.parameters = parameters
        self.task = TaskPart(id: task.uuid, name: task.name, type: task.taskType)
        job = JobPart(id: task.job, type: task.jobType)
    }

    /// Returns the document in one line.
    func text() throws -> String { String(decoding: try WireJSON.encode(self), as: UTF8.self) + "\n" }

    /// The command.
    var command: Command { Command(name: name, parameters: parameters) }

    /// The task of the command, as far as programs need it.
    var assignedTask: AssignedTask {
        AssignedTask(
            uuid: task.id, job: job.id, name: task.name, status: .active, priority: 0, jobPriority: 0,
            jobType: job.type,
            taskType: task.type, commands: [command])
    }
}
