import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient

/// Lists the jobs of a manager.
struct JobsCommand: Subcommand {
    static let name = "jobs"
    static let summary = "Lists the jobs of a manager, oldest first"
    static let options = ManagerOption.all

    private let manager: ManagerOption

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        manager = try ManagerOption(arguments)
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        let jobs = try await client.jobs()
        try manager.show(JobList(jobs: jobs), in: client.dialect) {
            [["job", "name", "type", "status", "steps", "priority", "submitted", "activity"]]
                + jobs.map { job in
                    [
                        job.id.beginning, job.submitted.name, job.submitted.type, "\(job.status)",
                        "\(job.stepsCompleted)/\(job.stepsTotal)", String(job.submitted.priority), job.created.shown,
                        job.activity,
                    ]
                }
        }
        return ExitCode.success
    }
}

extension Timestamp {
    /// The time in the local time zone.
    var shown: String { date.localText }
}
