import Foundation
import HumanText
import SupervisorProtocol
package import System

/// A command for a program that may work for several commands, one after another.
package struct OpenOrder: Sendable {
    /// The program that stays open, as it starts; its input is what it reads before its first order.
    package var program: Program
    /// The program that would be run for this command alone.
    package var alone: Program
    /// Files that the program reads when it starts: only while they stay the same is another command like this one.
    package var files: [String]
    /// The line for the program, with its end, when this is its mark.
    package var line: @Sendable (_ mark: String) -> String

    /// An order.
    package init(
        program: Program, alone: Program, files: [String], line: @escaping @Sendable (_ mark: String) -> String
    ) {
        self.program = program
        self.alone = alone
        self.files = files
        self.line = line
    }
}

extension ProgramRunner {
    /// Has an order done by the program that is open, or by a new one, which then stays open for the next order.
    ///
    /// - Parameter files: what the files of the order are like.
    /// - Returns: how it ended, whether well or badly; nil when the program has to be run for this command alone, with the reason
    ///   in the log.
    /// - Throws: `CancellationError` when it was cancelled.
    package func run(
        _ order: OpenOrder, files: [FileStatus], sink: CommandSink, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult? {
        // What is wrong with it is said when it is run alone.
        guard let keepOpen = defaults.keepsOpen, let launch = try await launchOrder(for: order.program) else {
            return nil
        }
        let identity = OpenProgram.Identity(launch, files: files)
        if kept.refuses(identity) { return nil }
        let open = await kept.take(identity)
        if Task.isCancelled {
            await open?.close()
            throw CancellationError()
        }
        sink.log(line: "> \(order.alone.commandLine)")
        if open != nil { sink.log(line: "\(order.program.name) is still open: it is not started again") }

        let mark = "\u{1}flamenco-\(UUID().uuidString) "
        let stopwatch = clock.stopwatch()
        let program =
            open
            ?? OpenProgram(
                order, launch, identity: identity, mark: mark, in: self, sink: sink, privateLines: privateLines,
                onLine: onLine)
        let outcome = await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { watchers in
                watch(program.running, order.program, stopwatch, in: &watchers)
                let outcome =
                    open == nil
                    ? await program.workOnFirst()
                    : await program.work(
                        on: order, mark: mark, sink: sink, privateLines: privateLines, onLine: onLine)
                watchers.cancelAll()
                return outcome
            }
        } onCancel: {
            program.running.stop(.cancelled)
        }
        switch outcome {
        case .report(let report):
            return try await orderDone(program, report, keepOpen, wallTime: stopwatch(), sink: sink)
        case .ended(let outcome, let tail):
            let result = try endedEarly(order, program, outcome, tail, wallTime: stopwatch(), sink: sink)
            // One that has worked before may have had enough; a new one will come to the same end.
            if result == nil {
                if open == nil { kept.refuse(identity) }
                sink.log(
                    line: "\(order.program.name) did not report that it is done: starting it for this command alone")
            }
            return result
        }
    }

    private func launchOrder(for program: Program) async throws -> LaunchOrder? {
        do {
            return try await order(for: program)
        } catch let error as CancellationError {
            throw error
        } catch {
            return nil
        }
    }

    /// It says that it has worked on the order.
    private func orderDone(
        _ program: OpenProgram, _ report: OrderReport, _ keepOpen: KeepOpen, wallTime: Duration, sink: CommandSink
    ) async throws -> ProgramResult? {
        let name = program.running.name
        if Task.isCancelled {
            program.running.stop(.cancelled)
            await program.close()
            throw CancellationError()
        }
        guard report.state == .done else {
            kept.refuse(program.identity)
            sink.log(line: "< not done by a \(name) that stays open: \(report.reason ?? "no reason given")")
            await program.close()
            return nil
        }
        let result = ProgramResult(
            end: .exited(status: 0), wallTime: wallTime, userTime: .seconds(report.userTime ?? 0),
            systemTime: .seconds(report.systemTime ?? 0), peakMemory: Int(clamping: report.peakMemory ?? 0))
        if let reason = await reasonToClose(program, report, keepOpen) {
            await program.close()
            sink.log(line: "< \(result.text(end: "done, \(name) is closed: \(reason)"))")
        } else {
            sink.log(line: "< \(result.text(end: "done, \(name) stays open"))")
            kept.keep(program, for: keepOpen.duration, clock: clock)
        }
        return result
    }

    private func reasonToClose(
        _ program: OpenProgram, _ report: OrderReport, _ keepOpen: KeepOpen
    ) async -> String? {
        if !program.isOpen { return "it was stopped" }
        if let memory = report.memory, memory > keepOpen.memory {
            return "it has \(ByteCountText.text(Int(clamping: memory))) of memory"
        }
        if report.hasLeftThreads == true { return "a script has left a thread" }
        if !program.isFitForMore { return "it printed too much when it started" }
        let hasLeft = try? await BlockingWork.run { _ in program.hasLeftProcesses() }
        return hasLeft == false ? nil : "a script has left a process"
    }

    /// It has ended before it said so.
    private func endedEarly(
        _ order: OpenOrder, _ program: OpenProgram, _ outcome: RunningProgram.Outcome, _ tail: OutputTail,
        wallTime: Duration, sink: CommandSink
    ) throws -> ProgramResult? {
        do {
            var result = try conclude(
                order.program, program.launch, outcome, program.running, wallTime: wallTime, sink: sink)
            switch result.end {
            case .timeLimit, .silenceLimit:
                (result.lastLines, result.exception) = (tail.lines, tail.exception)
                return result
            case .exited, .signalled, .outOfMemory:
                return nil
            }
        } catch let error as ProgramError {
            sink.log(line: "< \(error)")
            return nil
        }
    }
}
