import Agent
import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import Spool
import System

/// Shows the logs of tasks that are on this machine. It only reads, so it works beside a running agent.
struct LogsCommand: Subcommand {
    static let name = "logs"
    static let summary = "Lists the logs of tasks on this machine, or prints one"
    static let operands = "[TASK]"
    static let options =
        SettingsOptions.stateOnly + [
            CommandOption(
                "--follow",
                help: "goes on printing what comes until the task ends; without TASK the newest, and those after it")
        ]

    private static let pollInterval = Duration.milliseconds(250)

    private let wanted: String?
    private let follows: Bool
    private let stateDirectories: [String]

    init(_ arguments: ParsedArguments) throws {
        if let surplus = arguments.positional.dropFirst().first {
            throw UsageError("“logs” shows one task at a time, and takes no “\(surplus)” behind it")
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
                // That of the agent that runs, if one does.
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

    /// The run that somebody means, in the first spool that has it.
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

    /// Whoever read the output has gone, as `head` does.
    private struct ReaderLeftError: Error {}

    /// A program gets the log as it is. On a terminal, what a task printed must not pass for anything but its output.
    private let isTerminal = BorrowedDescriptor.standardOutput.isTerminal

    private func show(_ run: SpooledRun, in spool: Spool) async throws {
        var log = spool.reader.log(of: run)
        var visible = VisibleOutput()
        while true {
            // First whether it has ended, then what it printed: so nothing is printed behind the last look.
            let hasEnded = try spool.reader.run(run.name).ending != nil || !spool.isAgentAlive
            while let part = try log.next() {
                let shown = isTerminal ? Array(visible.text(of: part).utf8) : part
                do { try FileHandle.standardOutput.write(contentsOf: shown) } catch { throw ReaderLeftError() }
            }
            if hasEnded || !follows { return }
            try await Task.sleep(for: Self.pollInterval)
        }
    }

    /// Prints the newest run, and each that comes after it, until somebody ends this.
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
