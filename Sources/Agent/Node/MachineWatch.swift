import ExecutorKit
import Synchronization
import System

/// Looks at the machine without ever being held up by it.
///
/// stat(2) on a network mount whose server is gone blocks until it is back. So a thread of its own looks; when it takes too
/// long that is the answer, and no other is started until it has come back. Whoever asks meanwhile gets what it finds.
package final class MachineWatch: Sendable {
    /// A look that goes on.
    private struct Look {
        /// How long it has gone on.
        let elapsed: @Sendable () -> Duration
        /// Those who wait for what it finds.
        var waiters: [AsyncStream<[MachineProblem]>.Continuation] = []
    }

    private struct State {
        var current: Look?
        /// What was looked at last.
        var path = ""
    }

    private let look: @Sendable (_ looking: (_ path: String) -> Void) -> [MachineProblem]
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    /// How long a look may take.
    static let patience = Duration.seconds(10)

    /// - Parameter look: finds out what is wrong, on a thread of its own, and tells what it looks at before it does.
    package init(
        clock: any Clock<Duration>, look: @escaping @Sendable (_ looking: (_ path: String) -> Void) -> [MachineProblem]
    ) {
        self.look = look
        self.clock = clock
    }

    /// A watch over what the settings ask for; absent when they ask for nothing.
    convenience init?(_ check: MachineCheck, clock: any Clock<Duration>) {
        if check.isEmpty { return nil }
        self.init(clock: clock) { check.run(looking: $0) }
    }

    /// What is wrong now; returns early when the surrounding task is cancelled.
    package func problems() async -> [MachineProblem] {
        let (answers, answer) = AsyncStream<[MachineProblem]>.makeStream()
        let (isFirst, time) = state.withLock { state in
            let isFirst = state.current == nil
            var look = state.current ?? Look(elapsed: clock.stopwatch())
            let time = Self.patience - look.elapsed()
            if time > .zero { look.waiters.append(answer) }
            state.current = look
            return (isFirst, time)
        }
        if isFirst { start() }
        guard time > .zero else { return noAnswer }
        let found = try? await withTimeout(time, on: clock) { await answers.first { _ in true } }
        return found.flatMap(\.self) ?? noAnswer
    }

    private func start() {
        // It holds this watch for as long as it is stuck, and nothing else.
        do throws(SystemError) {
            try SystemThread.start("machine check") { [self] in
                finish(look { path in state.withLock { $0.path = path } })
            }
        } catch {
            finish([.unusable("this machine", reason: "\(error)")])
        }
    }

    private func finish(_ problems: [MachineProblem]) {
        let waiters = state.withLock { state in
            defer { state.current = nil }
            return state.current?.waiters ?? []
        }
        for waiter in waiters { waiter.yield(problems) }
    }

    private var noAnswer: [MachineProblem] { [.noAnswer(state.withLock(\.path))] }
}
