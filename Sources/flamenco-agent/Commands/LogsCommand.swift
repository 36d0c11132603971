import Agent
import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import Spool
import System

/// Shows the logs of tasks on this machine. It only reads, and can run beside a running agent.
struct LogsCommand: Subcommand {
    static let name = "logs"
    static let summary = "Lists the logs of tasks on this machine, or prints one"
    static let details = [
        "TASK is the UUID of a task, the beginning of one, or the name of a task. Logs are kept until they are delivered; after that"
            + " `kept_tasks` and `kept_size` limit them."
    ]
    static let operands = "[TASK]"
    static let options =
        SettingsOptions.stateOnly + [
            CommandOption(
                "--follow",
                help: "prints the log while it grows; without TASK that of the newest task, and of each that follows",
                synonyms: ["-f", "--tail"])
        ]
    static let examples = [CommandExample("logs --follow", "Follow the logs of tasks as they run")]

    private static let pollInterval = Duration.milliseconds(250)

    private let wanted: String?
    private let follows: Bool
    private let stateDirectories: [String]

    init(_ arguments: ParsedArguments) throws {
        if let surplus = arguments.positional.dropFirst().first {
            throw UsageError("\"logs\" takes one task, but also got \"\(surplus)\"")
        }
        wanted = arguments.positional.first
        follows = arguments.has("--follow")
        stateDirectories = try SettingsOptions.spooledDirectories(from: arguments, withTemporary: true)
    }

    func run() async throws -> Int32 {
        let spools = stateDirectories.map(Spool.init)
        do {
            if let wanted {
                let (spool, run) = try Self.run(wanted, in: spools)
                try await show(run, in: spool)
            } else if follows {
                // That of the running agent, if there is one.
                guard let spool = spools.first(where: \.isAgentAlive) ?? spools.first else { return ExitCode.success }
                try await showAll(of: spool)
            } else {
                for spool in spools { try list(spool) }
            }
        } catch is ReaderLeftError {}
        return ExitCode.success
    }

    /// The spool of an agent.
    private struct Spool {
        let stateDirectory: String
        let reader: SpoolReader

        init(stateDirectory: String) {
            self.stateDirectory = stateDirectory
            reader = SpoolReader(stateDirectory: stateDirectory)
        }

        var isAgentAlive: Bool { StateDirectory.holder(of: stateDirectory) != nil }
    }

    /// The run of this name, in the first spool that has it.
    private static func run(_ wanted: String, in spools: [Spool]) throws -> (Spool, SpooledRun) {
        for spool in spools {
            let runs = try spool.reader.runs()
            do throws(SpooledRunError) {
                return (spool, try SpooledRun.named(wanted, among: runs))
            } catch {
                if case .ambiguous = error { throw error }
            }
        }
        throw SpooledRunError.unknown(wanted)
    }

    // MARK: Listing

    private func list(_ spool: Spool) throws {
        let runs = try spool.reader.runs()
        guard !runs.isEmpty else { return Console.line("\(SpooledRunError.none(spool: spool.reader.path))") }
        Console.note("the logs in \(spool.reader.path):")
        let rows = runs.map { run in
            [
                run.began?.localText ?? "?", run.task?.id ?? run.name, run.task?.name ?? "?",
                run.task?.jobName ?? "?", state(of: run, in: spool), ByteCountText.text(run.bytes),
                run.undelivered == 0 ? "" : "\(ByteCountText.text(run.undelivered)) not delivered",
            ]
        }
        TextTable.lines([["began", "task", "name", "job type", "state", "log", ""]] + rows).forEach { Console.line($0) }
    }

    private func state(of run: SpooledRun, in spool: Spool) -> String {
        switch run.ending {
        case .outcome("queued"): "given back"
        case .outcome(let status): run.isRefused ? "\(status), refused" : status
        case .interrupted: "interrupted"
        case nil: spool.isAgentAlive ? "running" : "unfinished"
        }
    }

    // MARK: Printing

    /// The reader of the output has closed it, as `head` does.
    private struct ReaderLeftError: Error {}

    /// A program gets the log as it is. On a terminal, control characters in it are made visible.
    private let isTerminal = BorrowedDescriptor.standardOutput.isTerminal

    private func show(_ run: SpooledRun, in spool: Spool) async throws {
        var log = spool.reader.log(of: run)
        var visible = VisibleOutput()
        while true {
            // Check first whether it has ended, then read: otherwise output between the two would be lost.
            let hasEnded = try spool.reader.run(run.name).ending != nil || !spool.isAgentAlive
            while let part = try log.next() {
                let shown = isTerminal ? Array(visible.text(of: part).utf8) : part
                do { try FileHandle.standardOutput.write(contentsOf: shown) } catch { throw ReaderLeftError() }
            }
            if hasEnded || !follows { return }
            try await Task.sleep(for: Self.pollInterval)
        }
    }

    /// Prints the newest run, and each that follows, until stopped.
    private func showAll(of spool: Spool) async throws {
        guard var last = try spool.reader.runs().last else { throw SpooledRunError.none(spool: spool.reader.path) }
        while true {
            Console.line("==> \(last.task?.name ?? last.name) (\(last.task?.id ?? "?")) <==")
            try await show(last, in: spool)
            while true {
                if let next = try spool.reader.runs().first(where: { $0.name > last.name }) {
                    last = next
                    break
                }
                if !spool.isAgentAlive { return }
                try await Task.sleep(for: Self.pollInterval)
            }
        }
    }
}
