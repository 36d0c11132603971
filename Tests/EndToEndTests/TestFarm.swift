import Foundation
import ManagerClient
import TestSupport
import Testing

/// A farm of real executables in a folder of its own.
struct TestFarm {
    let folder: TemporaryFolder
    let manager: RunningProgram
    let client: ManagerClient

    /// Starts manager-lite on a free port, and waits until it listens.
    init(_ options: String...) async throws {
        folder = try TemporaryFolder()
        manager = try RunningProgram(
            BuiltProducts.path("manager-lite"),
            ["serve", "--listen", "127.0.0.1:0", "--variable", "ffmpeg=ffmpeg"] + options)
        let line = try #require(await manager.line(with: "http://"), "manager-lite did not start")
        let url = try #require(line.split(separator: " ").first { $0.hasPrefix("http://") })
        client = try ManagerClient(url: ManagerURL(String(url)), software: "test")
    }

    /// Starts an agent, which keeps its state under `name`.
    func startAgent(_ name: String = "agent", options: [String] = []) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--manager-url", client.url.description, "--state-dir", folder.path(name), "--worker-name", name,
                "--running-poll-interval", "200ms", "--task-poll-interval", "200ms",
            ] + options)
    }

    /// Submits a job and waits until it came to its end; gives what `manager-lite submit` printed, and how it ended.
    func submit(_ arguments: String...) async throws -> (output: String, exit: RunningProgram.Exit) {
        let submission = try RunningProgram(
            BuiltProducts.path("manager-lite"),
            ["submit", "--manager", client.url.description, "--wait"] + arguments)
        let ended = await submission.end()
        return (ended.output, ended.exit)
    }

    /// Stops everything politely.
    func stop(_ agents: RunningProgram...) async {
        for program in agents + [manager] {
            program.send(SIGTERM)
            _ = await program.exit()
        }
    }
}

/// Runs a tool to its end and gives what it printed.
func output(of name: String, _ arguments: String...) async throws -> String {
    let program = try RunningProgram("/usr/bin/env", [name] + arguments)
    let ended = await program.end()
    try #require(ended.exit == .status(0), "\(name): \(ended.output)")
    return ended.output
}

/// Makes the scene of the demonstration: ten frames of 320 × 180.
func makeScene(at path: String) async throws {
    let script = Checkout.path("manager-lite/demo-scene.py")
    _ = try await output(
        of: "blender", "--background", "--factory-startup", "--python-exit-code", "1", "--python", script, "--", path)
}
