import FlamencoAPI
import Foundation
import ManagerClient
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Showing outputs to the manager", .timeLimit(.minutes(1)))
struct PreviewSenderTests {
    /// What was made and sent, and what each of both makes of it.
    private final class Stage: Sendable {
        private struct State {
            var made: [String] = []
            var sent: [String] = []
            var lines: [String] = []
        }

        private let state = Mutex(State())
        /// Whether making waits for it to be set.
        let gate = Mutex(true)
        let isWanted = Mutex(true)
        /// The answer to each of the first images.
        let answers = Mutex<[ManagerError]>([])

        var made: [String] { state.withLock(\.made) }
        var sent: [String] { state.withLock(\.sent) }
        var lines: [String] { state.withLock(\.lines) }

        func make(_ path: String, _: [String: String]) async throws -> OutputImage {
            state.withLock { $0.made.append(path) }
            while !gate.withLock(\.self) {
                try Task.checkCancellation()
                await Task.yield()
            }
            if path == "broken" { throw PreviewError("it is broken") }
            return OutputImage(format: .png, data: Data(path.utf8))
        }

        func send(_ task: String, _ image: OutputImage) async throws {
            state.withLock { $0.sent.append("\(task) \(String(decoding: image.data, as: UTF8.self))") }
            let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let answer { throw answer }
        }

        var log: Log {
            Log { entry in if entry.level == .info { self.state.withLock { $0.lines.append(entry.message) } } }
        }
    }

    private let stage = Stage()
    private let clock = ManualClock()
    private let sender: PreviewSender

    init() {
        sender = PreviewSender(
            clock: clock, log: stage.log, isWanted: { [stage] in stage.isWanted.withLock(\.self) },
            make: stage.make, send: stage.send)
    }

    /// Lets the rest after an image pass.
    private func rest() async {
        await clock.waitForSleepers()
        clock.advance(by: PreviewSender.pause)
    }

    @Test("the newest goes next, after a rest, whichever task it is of; those before it are left out")
    func newest() async throws {
        stage.gate.withLock { $0 = false }
        sender.offer("1", of: "a")
        try await until { stage.made == ["1"] }
        for frame in 2...1000 { sender.offer("\(frame)", of: "a") }
        sender.offer("1", of: "b")
        stage.gate.withLock { $0 = true }
        await clock.waitForSleepers()
        #expect(stage.sent == ["a 1"])
        #expect(clock.pendingSleeps == [PreviewSender.pause])
        await rest()
        try await until { stage.sent.count == 2 }
        #expect(stage.sent == ["a 1", "b 1"])
        #expect(stage.made == ["1", "1"])
    }

    @Test("what fails is left out, whether it cannot be made or the manager does not take it, and said once")
    func failures() async throws {
        let full = ManagerError(request: "POST x", reason: .busy(status: 429, message: nil, retryAfter: nil))
        stage.answers.withLock { $0 = [full, full] }
        for (index, path) in ["broken", "2", "3", "4", "broken"].enumerated() {
            sender.offer(path, of: "t")
            try await until { stage.made.count == index + 1 }
            await rest()
        }
        #expect(stage.sent == ["t 2", "t 3", "t 4"])
        #expect(stage.lines == Array(repeating: "no preview of broken is sent: it is broken", count: 2))
    }

    @Test("a manager that does not want to see anything costs nothing")
    func unwanted() async throws {
        stage.isWanted.withLock { $0 = false }
        for frame in 1...100 { sender.offer("\(frame)", of: "t") }
        await sender.stop()
        #expect(stage.made.isEmpty)
        #expect(clock.pendingSleeps.isEmpty)
    }

    @Test("the end waits for what is going on, which is cancelled, and takes nothing more")
    func end() async throws {
        stage.gate.withLock { $0 = false }
        sender.offer("1", of: "t")
        try await until { stage.made == ["1"] }
        sender.offer("2", of: "t")
        await sender.stop()
        sender.offer("3", of: "t")
        await sender.stop()
        #expect(stage.made == ["1"])
        #expect(stage.sent.isEmpty)
        #expect(stage.lines.isEmpty)
    }

    @Test("a task is told of the first preview that could not be made, but of none that could not be sent")
    func complaints() async throws {
        let told = Mutex<[String]>([])
        let sender = PreviewSender(
            clock: clock, log: .silent, isWanted: { true },
            make: { path, _ in
                if path == "bad" { throw PreviewError("it is no image") }
                return OutputImage(format: .png, data: Data())
            }, send: { _, _ in throw PreviewError("the manager is away") })
        for path in ["good", "bad", "bad"] {
            sender.offer(path, of: "t") { words in told.withLock { $0.append(words) } }
            await rest()
        }
        #expect(told.withLock(\.self) == ["no preview of bad: it is no image"])
    }

    @Test("the end waits no longer than it may for a disk that does not answer")
    func hangs() async throws {
        let clock = clock
        let isHanging = Mutex(true)
        let sender = PreviewSender(
            clock: clock, log: .silent, isWanted: { true },
            make: { _, _ in
                while isHanging.withLock(\.self) { await Task.yield() }
                throw PreviewError("too late")
            }, send: { _, _ in })
        sender.offer("1", of: "t")
        async let stopped: Void = sender.stop()
        await clock.waitForSleepers()
        #expect(clock.pendingSleeps == [PreviewSender.endTime])
        clock.advance(by: PreviewSender.endTime)
        await stopped
        isHanging.withLock { $0 = false }
    }
}
