import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient

/// Submits a job, and optionally waits for its end.
struct SubmitCommand: Subcommand {
    static let name = "submit"
    static let summary = "Submits a job, from a JSON file or from options"
    static let operands = "[FILE.json]"
    static let operandCompletion = ValueCompletion.file
    static let options =
        [ManagerOption.manager, CommandOption("--type", value: "TYPE", help: "type of the job")]
        + JobOptions.all + [
            CommandOption(
                "--wait",
                help:
                    "waits until the job has ended, and prints the logs of failures; exit status 0 only if it completed"
            )
        ]

    private enum Source {
        case file(SubmittedJob)
        case options(type: String, JobOptions)
    }

    private let manager: ManagerOption
    private let source: Source
    private let waits: Bool

    init(_ arguments: ParsedArguments) throws {
        manager = try ManagerOption(arguments)
        waits = arguments.has("--wait")
        guard arguments.positional.count <= 1 else { throw UsageError("\"submit\" takes only one file") }
        switch (arguments.positional.first, arguments.value("--type")) {
        case (let path?, nil):
            try JobOptions.refuse(arguments, belongingTo: "--type: the file contains all settings")
            source = .file(try Self.job(inFile: path))
        case (nil, let type?): source = .options(type: type, try JobOptions(arguments))
        case (nil, nil): throw UsageError("\"submit\" needs a file, or --type and --set")
        case (.some, .some): throw UsageError("\"submit\" takes a file or --type, not both")
        }
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        let submitted = try await client.submit(try await job(for: client))
        Console.line("job \(submitted.id) is \(submitted.status)")
        guard waits else { return ExitCode.success }
        let end = try await JobWatch(client: client, job: submitted.id, isTerminal: isatty(STDOUT_FILENO) == 1).run()
        return end == .completed ? ExitCode.success : ExitCode.failure
    }

    private func job(for client: ManagerClient) async throws -> SubmittedJob {
        switch source {
        case .file(let job): return job
        case .options(let type, let options):
            let known = try await client.jobTypes().jobTypes.first { $0.name == type }
            return options.job(ofType: type, defining: known?.settings ?? [])
        }
    }

    private static func job(inFile path: String) throws -> SubmittedJob {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("cannot read the job file \(path)")
        }
        do {
            return try WireJSON.decode(SubmittedJob.self, from: data)
        } catch {
            throw UsageError("the job file \(path): \(error)")
        }
    }
}
