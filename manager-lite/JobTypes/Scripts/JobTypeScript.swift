import Dispatch
public import FlamencoAPI
public import FoundationEssentials

/// A job type in JavaScript: a file that defines `JOB_TYPE` and `compileJob(job)`, as in Flamenco's documentation.
public struct JobTypeScript: Sendable {
    /// The name that jobs refer to: the name of the file, with dashes instead of underscores.
    public let name: String
    /// The definition for submitters. Its version changes whenever the file changes.
    public let definition: AvailableJobType
    /// Warnings about the definition, which do not prevent its use.
    public let warnings: [String]
    /// Its messages while it was read.
    public let messages: [String]
    private let file: String
    private let source: String
    private let node: Node

    /// Maximum size of a script.
    private static let mostBytes = 4 << 20

    /// Returns the name of the job type in a file.
    static func name(ofFile file: String) -> String {
        (file.hasSuffix(".js") ? String(file.dropLast(3)) : file).replacing("_", with: "-")
    }

    /// Reads a script.
    ///
    /// - Throws: ``JobTypeScriptError`` if it cannot be used.
    public init(reading path: String, with node: Node) async throws(JobTypeScriptError) {
        let file = URL(filePath: path).lastPathComponent
        let text: String? = await withCheckedContinuation { continuation in
            DispatchQueue(label: file).async { continuation.resume(returning: Self.text(at: path)) }
        }
        guard let text else {
            throw JobTypeScriptError(
                file: file, message: "it cannot be read as UTF-8 text of at most \(Self.mostBytes >> 20) MiB")
        }
        try await self.init(file: file, source: text, node: node)
    }

    private init(file: String, source: String, node: Node) async throws(JobTypeScriptError) {
        self.file = file
        self.source = source
        self.node = node
        name = Self.name(ofFile: file)
        let answer = try await Self.run(file, source: source, job: nil, node)
        let read = try ScriptDefinition(answer.definition ?? .null, file: file)
        definition = AvailableJobType(
            name: name, label: read.label, description: read.description, settings: read.settings,
            etag: Fingerprint.of(source.utf8))
        warnings = read.warnings + answer.warnings
        messages = answer.texts(from: file)
    }

    private static func text(at path: String) -> String? {
        guard let handle = FileManager.default.contents(atPath: path), handle.count <= mostBytes,
            let text = String(data: handle, encoding: .utf8)
        else { return nil }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    /// Compiles a job to tasks.
    ///
    /// - Parameter time: when the job was submitted.
    /// - Throws: ``JobTypeScriptError``, with file and line if the script throws an error.
    public func author(_ job: SubmittedJob, submittedAt time: Date) async throws(JobTypeScriptError) -> AuthoredJob {
        let checked = CheckedSettings(job.settings ?? [:], definitions: definition.settings, of: name)
        let fields: JSONValue = [
            "jobID": "", "name": .string(job.name), "jobType": .string(job.type),
            "priority": .integer(Int64(job.priority)), "status": "under-construction",
            "created": .number((time.timeIntervalSince1970 * 1000).rounded()),
            "settings": .object(checked.values.filter { $0.value != .null }),
            "metadata": .object((job.metadata ?? [:]).mapValues { .string($0) }),
            "storage": ["shamanCheckoutID": .string(job.storage?.shamanCheckoutID ?? "")],
            "workerTagUUID": .string(job.workerTag ?? ""),
        ]
        let answer = try await Self.run(file, source: source, job: fields, node)
        return try AuthoredJob(answer, of: job, by: self, file: file)
    }

    private static func run(
        _ file: String, source: String, job: JSONValue?, _ node: Node
    ) async throws(JobTypeScriptError) -> HostAnswer {
        let (seconds, attoseconds) = node.limits.time.components
        var input: [String: JSONValue] = [
            "file": .string(file), "source": .string(source),
            "api": .string(String(decoding: PackageResources.api_js, as: UTF8.self)),
            "limit": .integer(seconds * 1000 + attoseconds / 1_000_000_000_000_000),
        ]
        input["job"] = job
        do {
            let end = try await node.run(file, input: WireJSON.encode(JSONValue.object(input)))
            return try HostAnswer(end, file: file, limits: node.limits)
        } catch let problem as JobTypeScriptError {
            throw problem
        } catch {
            throw JobTypeScriptError(file: file, message: "\(error)")
        }
    }
}

/// A problem with a job type in JavaScript.
public struct JobTypeScriptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the file.
    public let file: String
    /// The line in the file, from 1, if known.
    public let line: Int?
    /// The problem, without a full stop.
    public let message: String
    private let said: [HostAnswer.Message]

    init(file: String, line: Int? = nil, message: String, messages: [HostAnswer.Message] = []) {
        self.file = file
        self.line = line
        self.message = message
        said = messages
    }

    /// File, line and message, for example `my_type.js:12: there is no output`.
    public var description: String { "\(file):\(line.map { "\($0):" } ?? "") \(message)" }

    /// The messages of the script before the error.
    public var messages: [String] { said.map { $0.text(from: file) } }
}

extension HostAnswer {
    /// The warnings about how the script calls the API functions.
    var warnings: [String] { messages.filter { $0.kind == .warning }.map(\.text) }

    /// Returns the messages as text.
    func texts(from file: String) -> [String] {
        messages.filter { $0.kind != .warning }.map { $0.text(from: file) }
    }
}

extension HostAnswer.Message {
    /// Returns the message, prefixed with the name of its script.
    func text(from file: String) -> String { "\(file): \(kind == .print ? "" : "\(kind): ")\(text)" }
}
