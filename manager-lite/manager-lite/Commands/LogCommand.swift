import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient
import System

/// Prints the log of a task.
struct LogCommand: Subcommand {
    static let name = "log"
    static let summary = "Prints the log of a task, given by its name or as JOB/TASK"
    static let operands = "TASK"
    static let options = [
        ManagerOption.manager,
        CommandOption("--follow", help: "keeps printing new output until the task has ended"),
        CommandOption("--json", help: "prints a JSON object with the log as a string"),
    ]

    private static let interval = Duration.seconds(1)

    private let manager: ManagerOption
    private let task: String
    private let follows: Bool
    /// On a terminal, output of a task must not be able to control the terminal.
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    init(_ arguments: ParsedArguments) throws {
        manager = try ManagerOption(arguments)
        task = try arguments.only("\"log\" needs a task: its name, its ID or JOB/TASK")
        follows = arguments.has("--follow")
        if follows, manager.wantsJSON { throw UsageError("--follow and --json cannot be combined") }
    }

    private struct Report: Encodable {
        let taskID: String
        let jobID: String
        let name: String
        let status: TaskStatus
        let log: String

        private enum CodingKeys: String, CodingKey {
            case name, status, log
            case taskID = "task_id"
            case jobID = "job_id"
        }
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        let (task, job) = try await client.task(named: task)
        if manager.wantsJSON {
            let log = String(decoding: try await client.log(of: task.id), as: UTF8.self)
            let report = Report(taskID: task.id, jobID: job.id, name: task.name, status: task.status, log: log)
            Console.json(try WireJSON.encode(report, in: client.dialect))
            return ExitCode.success
        }
        let size = try await show(task, client)
        if size == 0 { Console.note("task \(task.name) is \(task.status), and has no log yet") }
        return ExitCode.success
    }

    /// Prints the log, and further output if requested; returns its size.
    private func show(_ task: TaskSummary, _ client: ManagerClient) async throws -> Int {
        var visible = VisibleOutput()
        var printed = 0
        while true {
            // First the status, then the log: so no output is missed at the end.
            let status =
                follows ? try await client.send(.fetchTask, task.id, expecting: TaskDetails.self).status : task.status
            let news = try await client.log(of: task.id, from: printed)
            printed += news.count
            let shown = isTerminal ? Data(visible.text(of: news).utf8) : news
            do { try FileHandle.standardOutput.write(contentsOf: shown) } catch { return printed }
            if !follows || [.completed, .failed, .canceled].contains(status) { return printed }
            try await Task.sleep(for: Self.interval)
        }
    }
}
