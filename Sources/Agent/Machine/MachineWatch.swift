import ExecutorKit
import Synchronization

/// Looks at the machine without ever being held up by it.
///
/// stat(2) on a network mount whose server is gone blocks until it is back. So a thread of its own looks; when it takes too
/// long that is the answer, and no other is started until it has come back.
package final class MachineWatch: Sendable {
    private struct State {
        var isLooking = false
        /// What is looked at.
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
        let mustWait = state.withLock { state in
            defer { state.isLooking = true }
            return state.isLooking
        }
        if mustWait { return noAnswer }
        let (answers, answer) = AsyncStream<[MachineProblem]>.makeStream()
        // It holds this watch for as long as it is stuck, and nothing else.
        let failure = DetachedThread.start { [self] in
            let problems = look { path in state.withLock { $0.path = path } }
            state.withLock { $0.isLooking = false }
            answer.yield(problems)
        }
        if let failure {
            state.withLock { $0.isLooking = false }
            return [.unusable("this machine", reason: FileError("", "", number: failure).problem)]
        }
        let found = try? await within(Self.patience, on: clock) { await answers.first { _ in true } }
        return found.flatMap(\.self) ?? noAnswer
    }

    private var noAnswer: [MachineProblem] { [.noAnswer(state.withLock(\.path))] }
}
