import Foundation
import SupervisorProtocol
import Synchronization
import System

/// A program that stays open between the commands that it works for: it takes one order after another from its standard input, a
/// line each, and says in private lines when the work on one begins and ends; see ``OrderReport``. Once it has said that its
/// first one begins, it waits for an empty line.
///
/// Its supervisor, cgroup and sandbox are those of every program, for as long as it is open.
final class OpenProgram: Sendable {
    /// What has to be the same for another command to be given to it.
    struct Identity: Hashable, Sendable {
        private let launch: LaunchOrder
        private let files: [FileIdentity]

        private struct FileIdentity: Hashable, Sendable {
            let device: UInt64
            let number: UInt64
            let size: Int64
            let modified: FileTime
        }

        /// - Parameter files: those that it reads when it starts.
        init(_ launch: LaunchOrder, files: [FileStatus]) {
            var launch = launch
            // What it is told with each order.
            launch.input = nil
            launch.environment = launch.environment.filter { !$0.hasPrefix("FLAMENCO_TASK_") }.sorted()
            // The name of its cgroup is made up for it.
            launch.group?.path = ""
            self.launch = launch
            self.files = files.map {
                FileIdentity(device: $0.device, number: $0.number, size: $0.size, modified: $0.modified)
            }
        }
    }

    /// What came of an order.
    enum Outcome {
        case report(OrderReport)
        /// The program has ended, or was ended, before the order was.
        case ended(RunningProgram.Outcome, OutputTail)
    }

    /// How long it may take to end when it is asked to, before it is told to by signals.
    private static let patience = Duration.seconds(2)

    let identity: Identity
    let launch: LaunchOrder
    let running: RunningProgram
    private let output: OrderOutput
    private let processes: OpenProcesses
    private let end: Task<(RunningProgram.Outcome, OutputTail), Never>
    private let firstReports: Mutex<AsyncStream<OrderReport>?>

    /// Starts it with its first order.
    init(
        _ order: OpenOrder, _ launch: LaunchOrder, identity: Identity, mark: String, in runner: ProgramRunner,
        sink: CommandSink, privateLines: PrivateLines?, onLine: (@Sendable (OutputLine) -> Void)?
    ) {
        var launch = launch
        launch.keepsInputOpen = true
        launch.input = (order.program.input ?? "") + order.line(mark)
        let running = RunningProgram(name: order.program.name, stopwatch: runner.clock.stopwatch())
        let processes = OpenProcesses(running)
        let output = OrderOutput {
            processes.note()
            _ = running.send(input: "\n")
        }
        let reports = output.begin(mark: mark, sink: sink, privateLines: privateLines, onLine: onLine)
        let thread = SupervisorThread(
            supervisor: runner.supervisor, order: launch, running: running, sink: output.sink, privateLines: nil,
            onLine: nil, output: nil)
        (self.identity, self.launch, self.running) = (identity, launch, running)
        (self.output, self.processes) = (output, processes)
        firstReports = Mutex<AsyncStream<OrderReport>?>(reports)
        // Not a part of the command that it is started for, which ends before it.
        end = Task { [programs = runner.programs] in
            let end = await programs.including(running) { await thread.run() }
            return (end.outcome, output.end())
        }
    }

    /// Whether it can take another order.
    var isOpen: Bool { !output.hasEnded && running.stopCause == nil }

    /// Whether what it printed when it started can be looked at again for the next command.
    var isFitForMore: Bool { output.beginning != nil }

    /// Whether processes are there that were not when its first order began.
    func hasLeftProcesses() -> Bool { processes.hasLeft() }

    /// Works on the order that it was started with.
    func workOnFirst() async -> Outcome {
        let reports = firstReports.withLock { reports in
            defer { reports = nil }
            return reports
        }
        return await outcome(reports)
    }

    /// Works on an order.
    func work(
        on order: OpenOrder, mark: String, sink: CommandSink, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) async -> Outcome {
        let reports = output.begin(mark: mark, sink: sink, privateLines: privateLines, onLine: onLine)
        // Silence counts from here.
        running.hasPrinted()
        if !running.send(input: order.line(mark)) { running.stop(.finished) }
        return await outcome(reports)
    }

    private func outcome(_ reports: AsyncStream<OrderReport>?) async -> Outcome {
        if let reports {
            for await report in reports where report.state != .begun { return .report(report) }
        }
        if Task.isCancelled { running.stop(.cancelled) }
        let (outcome, tail) = await end.value
        return .ended(outcome, tail)
    }

    /// Ends it, with all that descends from it; returns when nothing is left.
    func close() async {
        if running.isUrgent || !running.send(input: "{}\n") { running.stop(.finished) }
        let limit = Task { [running] in
            guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
            running.stop(.finished)
        }
        _ = await end.value
        limit.cancel()
    }
}

/// The processes of an open program.
private final class OpenProcesses: Sendable {
    private let running: RunningProgram
    private let first = Mutex<Set<Int32>?>(nil)

    init(_ running: RunningProgram) { self.running = running }

    /// These are its own.
    func note() {
        let processes = all()
        first.withLock { $0 = processes }
    }

    /// Whether there are others.
    func hasLeft() -> Bool {
        guard let known = first.withLock(\.self) else { return true }
        return !all().isSubset(of: known)
    }

    private func all() -> Set<Int32> {
        guard let supervisor = running.summary?.supervisor else { return [] }
        return Set(ProcessTable().descendants(of: supervisor).filter(\.isAlive).map(\.id))
    }
}
