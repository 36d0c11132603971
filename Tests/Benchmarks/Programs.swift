import Agent
import ExecutorKit
import Foundation
import TestSupport

/// From the start of `/bin/true` to the knowledge of its end: bare, and supervised.
func startToExit(_ runner: ProgramRunner) async throws -> [SummaryRow] {
    let clock = ContinuousClock()
    var bare: [Duration] = []
    var supervised: [Duration] = []
    for _ in 0..<220 {
        bare.append(clock.measure { spawnTrue() })
        supervised.append(
            try await clock.measure { _ = try await runner.run(Program("/bin/true"), sink: .discarding) })
    }
    printRow("/bin/true, bare posix_spawn", Array(bare.dropFirst(20)))
    printRow("/bin/true, supervised", Array(supervised.dropFirst(20)))
    let what = "`true` under its supervisor, from its start to the report of its end"
    return [SummaryRow(what, median(supervised), alone: median(bare), "starting `true`")]
}

/// The same in a sandbox with as many places as that of an agent has.
func startToExitInSandbox(_ runner: ProgramRunner) async throws -> [SummaryRow] {
    var confined = runner
    confined.defaults.sandbox = SandboxPlaces.sandbox
    let clock = ContinuousClock()
    var times: [[Duration]] = [[], []]
    // On a machine that does other things as well, what it costs is seen by this alone.
    var processor: [[Duration]] = [[], []]
    for _ in 0..<220 {
        for (index, runner) in [runner, confined].enumerated() {
            let start = clock.now
            let result = try await runner.run(Program("/bin/true"), sink: .discarding)
            times[index].append(clock.now - start)
            processor[index].append(result.userTime + result.systemTime)
        }
    }
    printRow("/bin/true, supervised, by turns with the next", Array(times[0].dropFirst(20)))
    printRow("/bin/true, supervised, in the sandbox", Array(times[1].dropFirst(20)))
    printRow("/bin/true, processor time", Array(processor[0].dropFirst(20)))
    printRow("/bin/true, processor time in the sandbox", Array(processor[1].dropFirst(20)))
    let what = "the same in the sandbox"
    return [SummaryRow(what, median(times[1]), alone: median(times[0]), "`true` under its supervisor")]
}

/// From the cancel of a task to the knowledge that nothing of its 100 processes is left.
func cancelToEmpty(_ runner: ProgramRunner) async throws {
    let clock = ContinuousClock()
    for (name, trap) in [("that stop at SIGTERM", ""), ("that ignore SIGTERM, grace skipped", "trap '' TERM; ")] {
        var times: [Duration] = []
        for _ in 0..<20 {
            let recorder = CommandRecorder()
            var runner = runner
            if !trap.isEmpty { runner.defaults.gracePeriod = .zero }
            let line = trap + "i=0; while [ $i -lt 99 ]; do sleep 1000 & i=$((i+1)); done; echo ready; wait"
            let task = Task { [runner] in try await runner.run(Program("/bin/sh", ["-c", line]), sink: recorder.sink) }
            await recorder.waitForLog("\nready\n")
            times.append(
                await clock.measure {
                    task.cancel()
                    _ = await task.result
                })
        }
        printRow("cancel to empty, 100 processes \(name)", times)
    }
}

/// What a supervisor has in memory for itself while its program runs.
func supervisorMemory(_ runner: ProgramRunner) async throws {
    let recorder = CommandRecorder()
    let line = "sleep 2; cat /proc/$PPID/smaps_rollup; echo ready; sleep 1000"
    let task = Task { try await runner.run(Program("/bin/sh", ["-c", line]), sink: recorder.sink) }
    await recorder.waitForLog("\nready\n")
    task.cancel()
    _ = await task.result
    func kibibytes(_ names: [String]) -> Int {
        recorder.log.split(separator: "\n").filter { line in names.contains { line.hasPrefix($0) } }
            .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }.reduce(0, +)
    }
    printRow("supervisor, private memory", "\(kibibytes(["Private_"])) KiB")
    printRow("supervisor, resident memory", "\(kibibytes(["Rss:"])) KiB")
}

/// How fast output goes from a program to a log that throws it away, with and without a look at every line. By turns, since the
/// speed of such a machine changes from one second to the next.
func throughput(_ runner: ProgramRunner) async throws {
    let program = Program("/bin/sh", ["-c", "yes \"$(printf '%0106d' 7)\" | head -c 1G"])
    let kinds: [(name: String, onLine: (@Sendable (OutputLine) -> Void)?)] = [("raw", nil), ("line by line", { _ in })]
    var speeds: [[Double]] = [[], []]
    for _ in 0..<9 {
        for (index, kind) in kinds.enumerated() {
            let result = try await runner.run(program, sink: .discarding, onLine: kind.onLine)
            speeds[index].append(1024 / (result.wallTime / .seconds(1)))
        }
    }
    for (kind, speeds) in zip(kinds, speeds.map { $0.sorted() }) {
        let figures = [speeds[speeds.count / 2], speeds[0], speeds[speeds.count - 1]].map { "\(Int($0))" }
        printRow("1 GiB of output, \(kind.name)", figures.joined(separator: ", ") + " MiB/s")
    }
}
