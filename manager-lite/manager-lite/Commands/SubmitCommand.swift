import CommandLineOptions
import Farm
import FlamencoAPI
import Foundation
import ManagerClient

/// Submits a job, and waits for its end if asked to.
struct SubmitCommand: Subcommand {
    static let name = "submit"
    static let summary = "Submits a job, from a JSON file or from options"
    static let operands = "[FILE.json]"
    static let options = [
        CommandOption("--manager", value: "URL", help: "the manager; else http://127.0.0.1:8080"),
        CommandOption("--type", value: "TYPE", help: "the type of the job"),
        CommandOption("--name", value: "NAME", help: "the name of the job; else its type"),
        CommandOption("--priority", value: "N", help: "the priority; higher goes first, else 50"),
        CommandOption(
            "--set", value: "NAME=VALUE", help: "a setting of the job; JSON where it is JSON, else text",
            isRepeatable: true),
        CommandOption("--wait", help: "waits until the job has ended; status 0 only if it is completed"),
    ]

    private let url: ManagerURL
    private let job: SubmittedJob
    private let waits: Bool

    init(_ arguments: ParsedArguments) throws {
        url = try ManagerURL(arguments.value("--manager") ?? "http://127.0.0.1:8080")
        waits = arguments.has("--wait")
        guard arguments.positional.count <= 1 else { throw UsageError("“submit” takes one file") }
        switch (arguments.positional.first, arguments.value("--type")) {
        case (let path?, nil): job = try Self.job(inFile: path)
        case (nil, let type?): job = try Self.job(ofType: type, arguments)
        case (nil, nil): throw UsageError("“submit” needs a file, or --type and --set")
        case (.some, .some): throw UsageError("“submit” takes a file or --type, not both")
        }
    }

    func run() async throws -> Int32 {
        let (client, _) = try await ManagerClient(url: url, software: "manager-lite").introduced()
        let submitted = try await client.submit(job)
        Console.line("job \(submitted.id) is \(submitted.status)")
        guard waits else { return ExitCode.success }
        let end = try await JobWatch(client: client, job: submitted.id, isTerminal: isatty(STDOUT_FILENO) == 1).run()
        return end == .completed ? ExitCode.success : ExitCode.failure
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

    private static func job(ofType type: String, _ arguments: ParsedArguments) throws -> SubmittedJob {
        var settings: JobSettings = [:]
        for text in arguments.all("--set") {
            let (name, value) = try KeyAndValue.split(text, option: "--set")
            settings[name] = (try? WireJSON.decode(JSONValue.self, from: Data(value.utf8))) ?? .string(value)
        }
        let priority = try arguments.value("--priority").map { text in
            guard let priority = Int(text) else {
                throw UsageError("--priority should be a whole number, but is “\(text)”")
            }
            return priority
        }
        return SubmittedJob(
            name: arguments.value("--name") ?? type, type: type, priority: priority ?? SubmittedJob.defaultPriority,
            settings: settings, submitterPlatform: Platform.own.rawValue)
    }
}
