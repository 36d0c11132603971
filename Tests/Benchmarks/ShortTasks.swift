import ExecutorKit
import FlamencoAPI
import Foundation
import ManagerClient
import System
import TestSupport

/// What an agent needs between short tasks, next to the same work alone: starting processes, saving an outcome, asking and
/// telling the manager.
struct ShortTasksBenchmark {
    private static let tasks = 200

    func run() async throws -> [SummaryRow] {
        let folder = try TemporaryFolder()
        let farm = try await BenchmarkFarm(folder: folder)
        let starts = try Self.starts()
        let saves = try Self.saves(in: folder.path("floor"))
        let requests = try await Self.requests(to: farm.client)
        printRow("starting two processes, alone", starts)
        printRow("saving an outcome as the spool does, alone", saves)
        printRow("two requests, alone", requests)
        let floor = [starts, saves, requests].map(median).reduce(.zero, +)

        var rounds: [Duration] = []
        for _ in 0..<5 {
            let commands = (0..<Self.tasks).map { _ in JSONValue.array([.string("true")]) }
            let time = try await farm.time(
                of: SubmittedJob(name: "true", type: "command-line", settings: ["commands": .array(commands)]))
            rounds.append(time / Self.tasks)
        }
        printRow("a task of `true`, of \(Self.tasks)", rounds)
        await farm.end()
        let what = "a task that runs `true`, of \(Self.tasks) in a row"
        let work = "starting two processes, saving an outcome, two requests"
        return [SummaryRow(what, median(rounds), alone: floor, work)]
    }

    /// A task has a supervisor and its program.
    private static func starts() throws -> [Duration] {
        (0..<100).map { _ in ContinuousClock().measure { for _ in 0..<2 { spawnTrue() } } }
    }

    private static func saves(in folder: String) throws -> [Duration] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try (0..<50).map { index in
            let task = "\(folder)/\(index)"
            return try ContinuousClock().measure {
                try FileManager.default.createDirectory(atPath: task, withIntermediateDirectories: false)
                for name in ["log", "events"] {
                    let file = try Descriptor(opening: "\(task)/\(name)", [.write, .create])
                    try file.writeAll(String(repeating: "x", count: 200))
                    try file.synchronise()
                }
                for place in [task, folder] { try Descriptor(opening: place, .read).synchronise() }
            }
        }
    }

    private static func requests(to client: ManagerClient) async throws -> [Duration] {
        var times: [Duration] = []
        for _ in 0..<100 {
            times.append(
                try await ContinuousClock().measure { for _ in 0..<2 { _ = try await client.version() } })
        }
        return times
    }
}

/// Starts `true` and waits for its end, with nothing around it.
func spawnTrue() {
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    guard posix_spawn(&process, "/bin/true", nil, nil, &arguments, environ) == 0 else { return }
    var status: Int32 = 0
    waitpid(process, &status, 0)
}
