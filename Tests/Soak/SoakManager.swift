import FlamencoAPI
import Foundation
import ManagerClient
import Service
import TestSupport

/// The manager of a soak: a manager-lite under chaos that is started again and again at the same port.
actor SoakManager {
    /// What befalls each request. Faults that only say "try again" are many; one that says "who are you" is rare, since
    /// three of those in a row make an agent register anew.
    static let chaos =
        "500:2%,502:1%,503:1%,408:1%,403:0.3%,hang:0.5%,drop-request:2%,drop-reply:2%,cut-reply:2%,latency:0-20ms"

    /// What a soak asks the manager with; it suffers the same faults.
    nonisolated let client: ManagerClient

    private let stateFile: String
    private let programs: StartedPrograms
    private var program: RunningProgram
    private var random: SeededGenerator

    /// Starts it on a free port.
    init(folder: TemporaryFolder, programs: StartedPrograms, seed: UInt64) async throws {
        random = SeededGenerator(seed: seed)
        stateFile = folder.path("farm.json")
        self.programs = programs
        program = try programs.start(
            "manager-lite", Self.arguments(port: 0, stateFile: stateFile, chaos: Self.chaos, seed: random.next()))
        guard let line = await program.line(with: "http://"),
            let url = line.split(separator: " ").first(where: { $0.hasPrefix("http://") })
        else { throw SoakError("manager-lite did not start: \(program.output)") }
        var timeouts = ManagerClient.Timeouts()
        timeouts.total = .seconds(5)
        client = ManagerClient(url: try ManagerURL(String(url)), software: "soak", timeouts: timeouts)
    }

    /// Stops it and starts it again with what it kept, after a while.
    func restart() async throws {
        try await stop()
        try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<3000, using: &random)))
        try await startAgain(chaos: Self.chaos)
    }

    /// Stops it and starts it again with what it kept; from now on until the next restart it plays no faults.
    func calm() async throws {
        try await stop()
        try await startAgain(chaos: nil)
    }

    /// Kills it and starts it again with nothing.
    func forgetEverything() async throws {
        program.send(SIGKILL)
        _ = await programs.exit(of: program)
        try FileManager.default.removeItem(atPath: stateFile)
        try await startAgain(chaos: Self.chaos)
    }

    /// Ends it.
    func stop() async throws {
        program.send(SIGTERM)
        let exit = await programs.exit(of: program)
        guard exit == .status(0) else { throw SoakError("manager-lite ended with \(exit): \(program.output)") }
    }

    /// Asks until there is an answer; whoever asks for something twice may get it twice.
    nonisolated func ask<Answer: Sendable>(_ request: (ManagerClient) async throws -> Answer) async throws -> Answer {
        while true {
            do {
                return try await request(client)
            } catch is ManagerError {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// All jobs that it knows.
    nonisolated func jobs() async throws -> [Job] {
        try await ask { try await $0.send(.queryJobs, expecting: JobList.self) }.jobs
    }

    /// Submits a job once, whatever becomes of the answers.
    nonisolated func submit(_ job: SubmittedJob) async throws {
        repeat {
            do {
                _ = try await client.submit(job)
            } catch is ManagerError {
                try await Task.sleep(for: .milliseconds(50))
            }
        } while try await !jobs().contains { $0.submitted.name == job.name }
    }

    private func startAgain(chaos: String?) async throws {
        let port = URL(string: client.url.description)?.port ?? 0
        program = try programs.start(
            "manager-lite", Self.arguments(port: port, stateFile: stateFile, chaos: chaos, seed: random.next()))
        guard await program.line(with: "http://") != nil else {
            throw SoakError("manager-lite did not start again: \(program.output)")
        }
    }

    // Each run has a seed of its own: identities follow from it, and would come a second time.
    private static func arguments(port: Int, stateFile: String, chaos: String?, seed: UInt64) -> [String] {
        ["serve", "--listen", "127.0.0.1:\(port)", "--state", stateFile, "--seed", "\(seed)", "--quiet"]
            + (chaos.map { ["--chaos", $0] } ?? [])
    }
}
