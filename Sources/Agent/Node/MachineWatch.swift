import ExecutorKit
import Synchronization
import System

/// Checks the machine without being blocked by it.
///
/// stat(2) on a network mount whose server is gone blocks until the server is back. The check therefore runs on its own
/// thread; if it takes too long, that is the result, and no other check is started until it returns. Other callers
/// share its result.
package final class MachineWatch: Sendable {
    /// A check in progress.
    private struct Look {
        /// How long it has been running.
        let elapsed: @Sendable () -> Duration
        /// The callers that wait for its result.
        var waiters: [AsyncStream<[MachineProblem]>.Continuation] = []
    }

    private struct State {
        var current: Look?
        /// The path that was checked last.
        var path = ""
    }

    private let look: @Sendable (_ looking: (_ path: String) -> Void) -> [MachineProblem]
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    /// The time limit of a check.
    static let patience = Duration.seconds(10)

    /// - Parameter look: checks the machine on its own thread, and reports each path before it is checked.
    package init(
        clock: any Clock<Duration>, look: @escaping @Sendable (_ looking: (_ path: String) -> Void) -> [MachineProblem]
    ) {
        self.look = look
        self.clock = clock
    }

    /// Creates a watch for the requirements in the settings; nil if there are none.
    convenience init?(_ check: MachineCheck, clock: any Clock<Duration>) {
        if check.isEmpty { return nil }
        self.init(clock: clock) { check.run(looking: $0) }
    }

    /// Returns the current problems; returns early when the surrounding task is cancelled.
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
        // A blocked thread retains only this watch.
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
