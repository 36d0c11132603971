import FlamencoAPI
import Foundation
import JobTypes
import TestSupport

/// A folder for job types in JavaScript, and Node.js to run them.
struct ScriptBench {
    let folder: TemporaryFolder
    let node: Node

    /// - Parameter environment: besides `PATH`.
    init(limits: Node.Limits = Node.Limits(), environment: [String: String] = ["TZ": "UTC"]) throws {
        folder = try TemporaryFolder()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        node = try Node(environment: environment.merging(["PATH": path]) { $1 }, limits: limits)
    }

    /// A script with this text.
    func script(_ text: String, file: String = "my_type.js") async throws -> JobTypeScript {
        try await JobTypeScript(reading: folder.write(file, text), with: node)
    }

    /// The job that a script makes.
    func author(_ text: String, _ settings: JobSettings = [:]) async throws -> AuthoredJob {
        let job = SubmittedJob(name: "shot 1", type: "my-type", settings: settings, metadata: ["user": "ada"])
        return try await script(text).author(job, submittedAt: Date(timeIntervalSince1970: 1_647_343_864))
    }

    /// The tasks that a script makes.
    func tasks(_ text: String, _ settings: JobSettings = [:]) async throws -> [TaskBlueprint] {
        let job = try await author(text, settings)
        return try job.compile(CheckedSettings(settings, for: job), submittedAt: Date())
    }

    /// Why a script makes no tasks.
    func problem(_ text: String, _ settings: JobSettings = [:]) async -> String? {
        do {
            _ = try await tasks(text, settings)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension JobTypeScript {
    /// A definition with nothing in it, for scripts about something else.
    static let plain = "const JOB_TYPE = { label: 'Plain', settings: [] };\n"
}
