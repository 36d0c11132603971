import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport

/// A manager and an agent of the built programs.
struct BenchmarkFarm {
    struct StartError: Error, CustomStringConvertible { let description: String }

    let manager: RunningProgram
    let agent: RunningProgram
    let client: ManagerClient
    /// From the start of the agent to its sign-on.
    let start: Duration

    /// - Parameter pollInterval: the agent's `--task-poll-interval`; its default otherwise.
    init(folder: borrowing TemporaryFolder, name: String = "state", pollInterval: String? = "100ms") async throws {
        manager = try RunningProgram(BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0"])
        guard let url = await manager.line(with: "http://")?.split(separator: " ").last else {
            throw StartError(description: "manager-lite did not start: \(manager.output)")
        }
        client = ManagerClient(url: try ManagerURL(String(url)), software: "benchmarks")
        let clock = ContinuousClock()
        let begin = clock.now
        agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["run", "--manager-url", "\(url)", "--state-dir", folder.path(name)]
                + (pollInterval.map { ["--task-poll-interval", $0] } ?? []))
        guard await agent.line(with: "the worker is awake") != nil else {
            throw StartError(description: "the agent did not start: \(agent.output)")
        }
        start = clock.now - begin
    }

    /// How long a job takes, from its submission to the last word of its last task.
    func time(of job: SubmittedJob) async throws -> Duration {
        let clock = ContinuousClock()
        let begin = clock.now
        let id = try await client.submit(job).id
        while try await client.job(id).status != .completed { try await Task.sleep(for: .milliseconds(2)) }
        return clock.now - begin
    }

    func end() async {
        agent.send(SIGTERM)
        _ = await agent.exit()
        manager.send(SIGTERM)
        _ = await manager.end()
    }
}
