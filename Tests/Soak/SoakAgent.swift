import Foundation
import ManagerClient
import Service
import TestSupport

/// An agent of a soak: killed at random moments, and started again with the state that it kept.
actor SoakAgent {
    /// How often it was killed with -9.
    private(set) var kills = 0
    /// How often it was stopped with SIGTERM.
    private(set) var stops = 0
    /// How many lines of each run were in its spools when it had ended.
    private(set) var keptLines: [String: Int] = [:]

    private let programs: StartedPrograms
    private let arguments: [String]
    private let stateFolder: String
    private let output: String
    private var random: SeededGenerator
    private var program: RunningProgram

    /// Starts an agent, which keeps its state under `name`.
    init(_ name: String, manager: ManagerURL, folder: TemporaryFolder, programs: StartedPrograms, seed: UInt64) throws {
        self.programs = programs
        random = SeededGenerator(seed: seed)
        output = folder.path("\(name).log")
        stateFolder = folder.path(name)
        arguments = [
            "run", "--manager-url", manager.description, "--state-dir", stateFolder, "--worker-name", name,
            "--running-poll-interval", "500ms", "--task-poll-interval", "500ms", "--request-timeout", "2s",
            "--grace-period", "1s",
        ]
        program = try programs.start("flamenco-agent", arguments)
    }

    /// Ends it again and again, mostly with -9, until the surrounding task is cancelled; leaves it running.
    func live() async throws {
        while true {
            do {
                try await Task.sleep(for: .milliseconds(Int.random(in: 500..<8000, using: &random)))
            } catch {
                return
            }
            let isKilled = Int.random(in: 0..<5, using: &random) > 0
            if isKilled { kills += 1 } else { stops += 1 }
            program.send(isKilled ? SIGKILL : SIGTERM)
            try await startAgain()
        }
    }

    /// Ends it politely.
    func stop() async throws {
        program.send(SIGTERM)
        try await end()
    }

    private func startAgain() async throws {
        try await end()
        try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<500, using: &random)))
        program = try programs.start("flamenco-agent", arguments)
    }

    private func end() async throws {
        let exit = await programs.exit(of: program)
        keepOutput()
        // SIGTERM ends one that has not come to listen to it yet.
        guard [.signal(SIGKILL), .signal(SIGTERM), .status(0)].contains(exit) else {
            throw SoakError("an agent ended with \(exit): \(program.output.suffix(2000))")
        }
        noteKeptLines()
    }

    private func keepOutput() {
        if !FileManager.default.fileExists(atPath: output) {
            _ = FileManager.default.createFile(atPath: output, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: output) else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((program.output + "---\n").utf8))
    }

    /// The last whole line of each run in the logs of its spools tells how many must arrive.
    private func noteKeptLines() {
        let files = FileManager.default.enumerator(atPath: stateFolder)
        while let path = files?.nextObject() as? String {
            guard path.split(separator: "/").last?.hasPrefix("log") == true,
                let log = FileManager.default.contents(atPath: stateFolder + "/" + path)
            else { continue }
            for line in log.suffix(4000).lines where line.first == UInt8(ascii: "#") && line.last == 10 {
                let words = String(decoding: line.dropFirst(), as: UTF8.self).split(separator: " ")
                guard words.count > 1, let number = Int(words[1]) else { continue }
                keptLines[String(words[0])] = max(keptLines[String(words[0])] ?? 0, number + 1)
            }
        }
    }
}
