import Agent
import CommandLineOptions
import Foundation
import Wording

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
    private let stateDirectory: String
    private let reader: SpoolReader

    init(_ arguments: ParsedArguments) throws {
        if let surplus = arguments.positional.dropFirst().first {
            throw UsageError("“logs” shows one task at a time, and takes no “\(surplus)” behind it")
        }
        wanted = arguments.positional.first
        follows = arguments.has("--follow")
        stateDirectory = try SettingsOptions.stateDirectory(from: arguments)
        reader = SpoolReader(stateDirectory: stateDirectory)
    }

    func run() async throws -> Int32 {
        let runs = try reader.runs()
        do {
            if let wanted {
                try await show(SpooledRun.named(wanted, among: runs))
            } else if follows {
                try await showAll(from: runs)
            } else {
                list(runs)
            }
        } catch is ReaderLeft {}
        return ExitCode.success
    }

    // MARK: Listing

    private func list(_ runs: [SpooledRun]) {
        guard !runs.isEmpty else { return Console.line("\(SpooledRunError.none(spool: reader.path))") }
        let rows = runs.map { run in
            [
                run.began?.formatted(Self.time) ?? "?", run.task?.id ?? run.name, run.task?.name ?? "?",
                run.task?.jobName ?? "?", state(of: run), ByteCountText.words(run.bytes),
                run.undelivered == 0 ? "" : "\(ByteCountText.words(run.undelivered)) not delivered",
            ]
        }
        TextTable.lines([["began", "task", "name", "job type", "state", "log", ""]] + rows).forEach { Console.line($0) }
    }

    private static var time: Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current)
    }

    private func state(of run: SpooledRun) -> String {
        switch run.ending {
        case .outcome(let status): status
        case .interrupted: "interrupted"
        case nil: isAgentAlive ? "running" : "unfinished"
        }
    }

    private var isAgentAlive: Bool { StateDirectory.holder(of: stateDirectory) != nil }

    // MARK: Printing

    /// Whoever read the output has gone, as `head` does.
    private struct ReaderLeft: Error {}

    /// A program gets the log as it is. On a terminal, what a task printed must not pass for anything but its output.
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    private func show(_ run: SpooledRun) async throws {
        var log = reader.log(of: run)
        var visible = VisibleOutput()
        while true {
            // First whether it has ended, then what it printed: so nothing is printed behind the last look.
            let hasEnded = try reader.run(run.name).ending != nil || !isAgentAlive
            while let part = try log.next() {
                let shown = isTerminal ? Array(visible.text(of: part).utf8) : part
                do { try FileHandle.standardOutput.write(contentsOf: shown) } catch { throw ReaderLeft() }
            }
            if hasEnded || !follows { return }
            try await Task.sleep(for: Self.pollInterval)
        }
    }

    /// Prints the newest run, and each that comes after it, until somebody ends this.
    private func showAll(from runs: [SpooledRun]) async throws {
        guard var last = runs.last else { throw SpooledRunError.none(spool: reader.path) }
        while true {
            Console.line("==> \(last.task?.name ?? last.name) (\(last.task?.id ?? "?")) <==")
            try await show(last)
            while true {
                if let next = try reader.runs().first(where: { $0.name > last.name }) {
                    last = next
                    break
                }
                if !isAgentAlive { return }
                try await Task.sleep(for: Self.pollInterval)
            }
        }
    }
}
