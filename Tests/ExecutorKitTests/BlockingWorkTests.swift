import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("Work that waits for a disk", .timeLimit(.minutes(1)))
struct BlockingWorkTests {
    /// A disk that answers when it is told to.
    private struct DeadDisk: Sendable {
        private let answer = DispatchSemaphore(value: 0)
        let began = AsyncStream.makeStream(of: Void.self)

        func look() {
            began.continuation.yield()
            answer.wait()
        }

        func comeBack() { answer.signal() }

        func wait() async { for await _ in began.stream.prefix(1) {} }
    }

    @Test("can be cancelled although the disk does not answer, and is counted and named until it does")
    func cancelled() async throws {
        let (disk, action) = (DeadDisk(), "look at /\(UUID().uuidString)")
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            try await BlockingWork.run(action, patience: .zero) { _ in
                disk.look()
                end.finish()
            }
        }
        await disk.wait()
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(BlockingWork.abandoned.contains(action))
        #expect(BlockingCalls.current(longerThan: .zero).contains { $0.hasPrefix("\(action) for ") })
        disk.comeBack()
        for await _ in ended {}
        while BlockingWork.abandoned.contains(action) { await Task.yield() }
    }

    @Test("ends when its time is over")
    func limit() async throws {
        let (disk, clock) = (DeadDisk(), ManualClock())
        let work = Task {
            try await BlockingWork.run("look at /mnt", limit: .seconds(3), patience: .zero, clock: clock) { _ in
                disk.look()
            }
        }
        await disk.wait()
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(3))
        await #expect(throws: CommandError("cannot look at /mnt: stopped after 3 s")) { try await work.value }
        disk.comeBack()
    }

    @Test("that notices the end of its time says that, and is waited for")
    func noticed() async throws {
        let clock = ManualClock()
        let work = Task {
            try await BlockingWork.run("copy", limit: .seconds(3), patience: .seconds(60), clock: clock) {
                cancellation in
                while true { try cancellation.check() }
            }
        }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(3))
        await #expect(throws: CommandError("cannot copy: stopped after 3 s")) { try await work.value }
    }
}
