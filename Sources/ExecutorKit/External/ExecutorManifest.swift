import FlamencoAPI
import FoundationEssentials

/// The content of `executor.json5`, the manifest of an executor in any language; `executors/README.md` describes the
/// file.
package struct ExecutorManifest: Hashable, Sendable {
    /// The name of the file.
    package static let fileName = "executor.json5"
    /// The placeholder for the executor's folder in arguments and variables.
    static let folderMark = "{folder}"

    let command: String
    let taskType: String
    let description: String?
    /// Absolute, or relative to the folder of the executor.
    let program: String
    let arguments: [String]
    let parameters: [ManifestParameter]
    let environment: [String: String]
    let gracePeriod: Duration?
    let timeLimit: Duration?
    let silenceLimit: Duration?
    let isEnabled: Bool

    /// Reads the manifest in a folder.
    ///
    /// - Throws: ``ExecutorError`` with the file and the problem.
    init(in folder: String) throws(ExecutorError) {
        let path = "\(folder)/\(Self.fileName)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExecutorError(path, "it cannot be read")
        }
        let members: [String: JSONValue]
        do throws(JSONError) {
            members = try JSON5Document.members(of: data)
        } catch {
            throw ExecutorError(path, "it is not a JSON5 object: \(error)")
        }
        let reader = ManifestReader(path: path, place: "", members: members)
        try reader.refuseOthers(than: Self.keys)

        command = try reader.name("command")
        taskType = try reader.name("task_type")
        description = try reader.text("description")
        program = try reader.required("program", reader.text("program"), "the path of a program")
        arguments = try reader.texts("arguments")
        environment = try reader.variables("environment")
        gracePeriod = try reader.duration("grace_period")
        timeLimit = try reader.duration("time_limit", canBeZero: false)
        silenceLimit = try reader.duration("silence_limit", canBeZero: false)
        isEnabled = try reader.flag("enabled") ?? true
        parameters = try reader.parameters("parameters")
    }

    /// All known members.
    package static let keys = [
        "command", "task_type", "description", "program", "arguments", "parameters", "environment", "grace_period",
        "time_limit", "silence_limit", "enabled",
    ]

    /// Returns the path of the program.
    func programPath(in folder: String) -> String { program.hasPrefix("/") ? program : "\(folder)/\(program)" }

    /// Returns the program that runs a command.
    func program(in folder: String, input: String) -> Program {
        func filled(_ text: String) -> String { text.replacing(Self.folderMark, with: folder) }
        return Program(
            programPath(in: folder), arguments.map(filled), environment: environment.mapValues(filled), input: input,
            gracePeriod: gracePeriod, timeLimit: timeLimit, silenceLimit: silenceLimit)
    }
}

/// Why an executor that is not built in cannot be used.
package struct ExecutorError: Error, Hashable, Sendable, Encodable, CustomStringConvertible {
    /// The file or folder with the problem.
    package let path: String
    /// The problem, without a full stop.
    package let reason: String

    package init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// One sentence without a full stop.
    package var description: String { "\(path): \(reason)" }
}
