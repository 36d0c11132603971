import CommandLineOptions
import FlamencoAPI
import Foundation
import JobTypes

/// Tests a job type in JavaScript without a manager: compiles one job and shows its tasks.
struct JobTypeCheck {
    private let path: String
    private let options: JobOptions

    init(of path: String, _ arguments: ParsedArguments) throws {
        self.path = path
        options = try JobOptions(arguments)
    }

    /// The output with `--json`.
    private struct Report: Encodable {
        let jobType: AvailableJobType
        let name: String
        let priority: Int
        let settings: JobSettings
        let metadata: JobMetadata
        let tasks: [Row]
        let warnings: [String]
        let messages: [String]

        private enum CodingKeys: String, CodingKey {
            case name, priority, settings, metadata, tasks, warnings, messages
            case jobType = "job_type"
        }
    }

    /// A task, with its dependencies by their index in the list.
    private struct Row: Encodable {
        let name: String
        let type: String
        let priority: Int
        let dependencies: [Int]
        let commands: [Command]
    }

    func run(asJSON: Bool) async throws -> Int32 {
        do throws(JobTypeScriptError) {
            let node: Node
            do throws(NodeError) {
                node = try Node(environment: ProcessInfo.processInfo.environment)
            } catch {
                Console.note("manager-lite: \(error)")
                return ExitCode.failure
            }
            let script = try await JobTypeScript(reading: path, with: node)
            if !asJSON { (script.messages + script.warnings.map { "warning: \($0)" }).forEach(Console.note) }
            let job = options.job(ofType: script.name, defining: script.definition.settings)
            return report(try await script.author(job, submittedAt: Date()), of: job, by: script, asJSON: asJSON)
        } catch {
            error.messages.forEach(Console.note)
            Console.note("manager-lite: \(error)")
            return ExitCode.failure
        }
    }

    private func report(
        _ authored: AuthoredJob, of job: SubmittedJob, by script: JobTypeScript, asJSON: Bool
    ) -> Int32 {
        let checked = CheckedSettings(job.settings ?? [:], for: authored)
        let tasks: [TaskBlueprint]
        let time = Date()
        do throws(SettingError) {
            tasks = try authored.compile(checked, submittedAt: time)
        } catch {
            Console.note("manager-lite: \(error)")
            return ExitCode.failure
        }
        let warnings = (checked.warnings + authored.warnings(checked)).map(\.description)
        guard asJSON else {
            (authored.messages + warnings.map { "warning: \($0)" }).forEach(Console.note)
            TextTable.lines(Self.table(tasks)).forEach { Console.line($0) }
            return tasks.isEmpty ? refuseEmpty() : ExitCode.success
        }
        let report = Report(
            jobType: script.definition, name: authored.submitted.name, priority: authored.submitted.priority,
            settings: authored.kept(checked, submittedAt: time), metadata: authored.submitted.metadata ?? [:],
            tasks: tasks.map {
                Row(
                    name: $0.name, type: $0.type, priority: $0.priority, dependencies: $0.dependencies,
                    commands: $0.commands)
            }, warnings: script.warnings + warnings, messages: script.messages + authored.messages)
        guard let text = try? WireJSON.encode(report, in: .v3) else { return ExitCode.internal }
        Console.json(text)
        return tasks.isEmpty ? refuseEmpty() : ExitCode.success
    }

    private func refuseEmpty() -> Int32 {
        Console.note("manager-lite: \(path) created no tasks: managers reject such jobs")
        return ExitCode.failure
    }

    // MARK: The table

    private static func table(_ tasks: [TaskBlueprint]) -> [[String]] {
        [["task", "name", "type", "priority", "after", "commands"]]
            + tasks.enumerated().map { index, task in
                [
                    String(index + 1), task.name, task.type, String(task.priority),
                    FrameRange(task.dependencies.map { $0 + 1 }.sorted()).description,
                    task.commands.map(text).joined(separator: "; "),
                ]
            }
    }

    private static let longestCommand = 120

    /// Returns a command as text.
    private static func text(_ command: Command) -> String {
        let parameters = command.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let text = ([command.name] + parameters).joined(separator: " ")
        return text.count > longestCommand ? text.prefix(longestCommand - 1) + "…" : text
    }
}
