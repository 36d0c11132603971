import Foundation
import TestSupport

/// What an agent takes that has nothing to do, and how long it takes to come so far; next to curl, which loads the same
/// libraries.
struct IdleBenchmark {
    func run() async throws -> [SummaryRow] {
        let folder = try TemporaryFolder()
        let memory = try await memory(folder)
        var starts: [Duration] = []
        for index in 0..<9 {
            let farm = try await BenchmarkFarm(folder: folder, name: "start-\(index)")
            starts.append(farm.start)
            await farm.end()
        }
        printRow("from start to signed on, fresh state", starts)
        let version = try await times(of: BuiltProducts.path("flamenco-agent"), ["version"])
        printRow("flamenco-agent version", version)
        guard let curl = Self.curl else { return memory }
        let alone = try await times(of: curl, ["--version"])
        printRow("curl --version", alone)
        let what = "from the agent's start to its sign-on"
        return [SummaryRow(what, median(starts), alone: median(alone), "`curl --version`")] + memory
    }

    private static var curl: String? {
        ["/usr/bin/curl", "/usr/local/bin/curl"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private func times(of program: String, _ arguments: [String]) async throws -> [Duration] {
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<15 {
            times.append(
                try await clock.measure { _ = await (try RunningProgram(program, arguments)).exit() })
        }
        return times
    }

    // MARK: Memory

    private func memory(_ folder: borrowing TemporaryFolder) async throws -> [SummaryRow] {
        let farm = try await BenchmarkFarm(folder: folder, pollInterval: nil)
        // Its first poll releases what was needed for the start alone; when polls are rare, each does.
        var rows: [SummaryRow] = []
        for (seconds, name) in [(8, "after 8 s"), (62, "after a minute")] {
            try await Task.sleep(for: .seconds(seconds))
            let agent = try Memory(of: farm.agent.pid)
            printRow("idle agent \(name)", agent.words)
            if seconds == 62, let curl = try await curlThatWaits() {
                printRow("curl that waits for an answer", curl.words)
                rows.append(
                    SummaryRow(
                        "proportional memory of an idle agent after a minute", agent.proportional.megabytes,
                        alone: "\(curl.proportional.megabytes): `curl` that waits for an answer",
                        ratio: Double(agent.proportional) / Double(curl.proportional)))
            }
        }
        let tasks = "/proc/\(farm.agent.pid)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap {
            try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
        }
        printRow("idle agent, threads", "\(threads.count): \(threads.sorted().joined(separator: ", "))")
        await farm.end()
        return rows
    }

    /// The memory of a curl that is connected.
    private func curlThatWaits() async throws -> Memory? {
        guard let curl = Self.curl else { return nil }
        let manager = try RunningProgram(BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0"])
        guard let url = await manager.line(with: "http://")?.split(separator: " ").last else { return nil }
        manager.send(SIGSTOP)
        let waiting = try RunningProgram(curl, ["--silent", "\(url)/api/v3/version"])
        try await Task.sleep(for: .seconds(1))
        let memory = try Memory(of: waiting.pid)
        manager.send(SIGCONT)
        _ = await waiting.exit()
        manager.send(SIGTERM)
        _ = await manager.end()
        return memory
    }

    /// In kibibytes (proc_pid_smaps(5)).
    private struct Memory {
        let proportional, anonymous, resident: Int

        init(of process: Int32) throws {
            let lines = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8).split(
                separator: "\n")
            func value(_ key: String) -> Int {
                let line = lines.first { $0.hasPrefix(key) } ?? ""
                return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
            }
            (proportional, anonymous, resident) = (value("Pss:"), value("Anonymous:"), value("Rss:"))
        }

        var words: String {
            "proportional \(proportional.megabytes), anonymous \(anonymous.megabytes), resident \(resident.megabytes)"
        }
    }
}

extension Int {
    /// Kibibytes as megabytes.
    fileprivate var megabytes: String { String(format: "%.1f MB", Double(self) * 1024 / 1e6) }
}
