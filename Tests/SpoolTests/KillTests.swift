import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite("An agent that is killed", .timeLimit(.minutes(5)))
struct KillTests {
    private struct Taken: Codable {
        var status: TaskStatus?
        var activity: String?
        var steps: Int?
        var log: String
    }

    /// Runs the probe; gives how it ended and what it printed.
    private func probe(
        _ folder: TemporaryFolder, run: Int, step: Int
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram(
            BuiltProducts.path("SpoolProbe"), [folder.url.path, String(run), String(step)]
        ).end()
    }

    /// What each run prints.
    private static let printed: [Data] = (0...3).map { run in
        var text = ""
        for command in 1...2 {
            for line in 0..<512 {
                let words = "run \(run) command \(command) line \(line) "
                text += words + String(repeating: ".", count: 1023 - words.utf8.count) + "\n"
            }
        }
        return Data(text.utf8)
    }

    /// Puts the batches of one run together; a batch may come again, longer perhaps, right after itself.
    private func assemble(_ batches: [Taken], run: Int) throws -> (size: Int, repeated: Int) {
        let printed = Self.printed[run]
        func isPrinted(_ log: Data, at position: Int) -> Bool {
            position + log.count <= printed.count && printed[position..<(position + log.count)] == log
        }
        var position = 0
        var before = 0
        var repeated = 0
        for batch in batches {
            var log = Data(batch.log.utf8)
            // The agent's note on the kill; it can be torn by the second kill, and comes whole after that.
            if let note = log.range(of: Data("interrupted:".utf8)) {
                log = Data(log[..<note.lowerBound])
                // A line that was cut short by the kill is ended before the note.
                if !isPrinted(log, at: position) && !isPrinted(log, at: before) { log.removeLast() }
            }
            if !isPrinted(log, at: position) {
                try #require(isPrinted(log, at: before), "a batch that is not at its place")
                repeated += 1
                position = before
            }
            if log.isEmpty { continue }
            before = position
            position += log.count
        }
        return (position, repeated)
    }

    @Test("at any write or fsync loses nothing: the outcome arrives, the log is whole, one batch at most comes twice")
    func everyStep() async throws {
        let whole = try TemporaryFolder()
        let (exit, output) = try await probe(whole, run: 1, step: 0)
        try #require(exit == .status(0))
        let steps = try #require(Int(output.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(steps > 60)
        // The probes wait for their fsyncs most of the time, so a few go side by side.
        let lanes = 6
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 1...lanes {
                group.addTask {
                    for step in stride(from: lane, through: steps + 5, by: lanes) { try await kill(at: step) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func kill(at step: Int) async throws {
        let folder = try TemporaryFolder()
        let first = try await probe(folder, run: 1, step: step).exit
        // Killed once more while it delivers what was left, and then left alone.
        let second = first == .status(0) ? first : try await probe(folder, run: 2, step: step % 17 + 1).exit
        #expect(try await probe(folder, run: 3, step: 0).exit == .status(0), "step \(step)")
        try check(folder, kills: [first, second].count { $0 != .status(0) }, step: step)
    }

    private func check(_ folder: TemporaryFolder, kills: Int, step: Int) throws {
        let taken = try Data(contentsOf: folder.url.appending(path: "manager")).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONDecoder().decode(Taken.self, from: $0) }
        #expect(taken.last?.status == .completed, "step \(step)")
        // A reply can be lost with the process, so the outcome may come once more, but never two different runs of it.
        var repeated = 0
        var completedRuns: Set<Int> = []
        // A run begins with its activity, and what is left of one is delivered before the next begins.
        var current = 1
        let runs = taken.map { batch -> Int in
            if let activity = batch.activity, activity.hasPrefix("run "), let run = Int(activity.dropFirst(4)) {
                current = run
            }
            return current
        }
        for run in 1...3 {
            let batches = zip(taken, runs).filter { $0.1 == run }.map(\.0)
            if batches.contains(where: { $0.status == .completed }) { completedRuns.insert(run) }
            let assembled = try assemble(batches, run: run)
            repeated += assembled.repeated
            let hasFinished = FileManager.default.fileExists(atPath: folder.path("finished-\(run)"))
            if hasFinished { #expect(completedRuns.contains(run), "step \(step): the outcome of run \(run) is lost") }
            if completedRuns.contains(run) {
                #expect(assembled.size == Self.printed[run].count, "step \(step): the log of run \(run) has holes")
                #expect(batches.compactMap(\.steps).last == 2, "step \(step): steps of run \(run) are lost")
            }
        }
        #expect(completedRuns.count == 1, "step \(step)")
        #expect(repeated <= kills, "step \(step)")
    }
}
