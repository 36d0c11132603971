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

    func run() async throws {
        let folder = try TemporaryFolder()
        let farm = try await BenchmarkFarm(folder: folder)
        let starts = try Self.starts()
        let saves = try Self.saves(in: folder.path("floor"))
        let requests = try await Self.requests(to: farm.client)
        printRow("starting two processes, alone", starts)
        printRow("saving an outcome as the spool does, alone", saves)
        printRow("two requests, alone", requests)
        let floor = [starts, saves, requests].map { $0.sorted()[$0.count / 2] }.reduce(.zero, +)

        var rounds: [Duration] = []
        for _ in 0..<5 {
            let commands = (0..<Self.tasks).map { _ in JSONValue.array([.string("true")]) }
            let time = try await farm.time(
                of: SubmittedJob(name: "true", type: "command-line", settings: ["commands": .array(commands)]))
            rounds.append(time / Self.tasks)
        }
        printRow("a task of `true`, of \(Self.tasks)", rounds)
        let ratio = rounds.sorted()[rounds.count / 2] / floor
        printRow("the same, as a multiple of the work alone", "\(Double(Int(ratio * 10)) / 10)")
        await farm.end()
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

/// What an agent takes that has nothing to do, and how long it takes to come so far.
struct IdleBenchmark {
    func run() async throws {
        let folder = try TemporaryFolder()
        let farm = try await BenchmarkFarm(folder: folder)
        // Its first poll releases what was needed for the start alone.
        try await Task.sleep(for: .seconds(5))
        let memory = try String(contentsOfFile: "/proc/\(farm.agent.pid)/smaps_rollup", encoding: .utf8)
        for (name, key) in [("proportional", "Pss:"), ("anonymous", "Anonymous:"), ("resident", "Rss:")] {
            let line = memory.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
            printRow("idle agent, \(name) memory", "\(kibibytes / 1000).\(kibibytes % 1000 / 100) MB")
        }
        let tasks = "/proc/\(farm.agent.pid)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap {
            try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
        }
        printRow("idle agent, threads", "\(threads.count): \(threads.sorted().joined(separator: ", "))")
        await farm.end()

        var starts: [Duration] = []
        for index in 0..<5 {
            let farm = try await BenchmarkFarm(folder: folder, name: "start-\(index)")
            starts.append(farm.start)
            await farm.end()
        }
        printRow("from start to signed on, fresh state", starts)
    }
}

/// A manager and an agent of the built programs.
struct BenchmarkFarm {
    struct StartError: Error, CustomStringConvertible { let description: String }

    let manager: RunningProgram
    let agent: RunningProgram
    let client: ManagerClient
    /// From the start of the agent to its sign-on.
    let start: Duration

    init(folder: borrowing TemporaryFolder, name: String = "state") async throws {
        manager = try RunningProgram(BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0"])
        guard let url = await manager.line(with: "http://")?.split(separator: " ").last else {
            throw StartError(description: "manager-lite did not start: \(manager.output)")
        }
        client = ManagerClient(url: try ManagerURL(String(url)), software: "benchmarks")
        let clock = ContinuousClock()
        let begin = clock.now
        agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["run", "--manager-url", "\(url)", "--state-dir", folder.path(name), "--task-poll-interval", "100ms"])
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

/// Starts `true` and waits for its end, with nothing around it.
func spawnTrue() {
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    guard posix_spawn(&process, "/bin/true", nil, nil, &arguments, environ) == 0 else { return }
    var status: Int32 = 0
    waitpid(process, &status, 0)
}
