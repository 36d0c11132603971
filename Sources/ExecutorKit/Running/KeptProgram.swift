import Synchronization

/// The open program that waits for its next command, if one does; there is never more than one.
///
/// It is closed when its time is over, when another program is to be run in its place, and by ``close()``.
package final class KeptProgram: Sendable {
    private struct State {
        var program: OpenProgram?
        /// How much of its time is left.
        var timeLeft: @Sendable () -> Duration = { .zero }
        /// Closes it when its time is over. One for many commands: a sleep that is cancelled stays in memory until its end.
        var timer: Task<Void, Never>?
        /// The last one that was closed, perhaps not yet.
        var closing: Task<Void, Never>?
        /// What was tried in vain, the latest last.
        var refused: [OpenProgram.Identity] = []
    }

    private static let mostRefused = 16

    private let state = Mutex(State())

    /// Closes it, if there is one; returns when nothing is left of it. Cancellation changes nothing.
    package func close() async {
        let closing = state.withLock { Self.beginToClose(&$0) }
        await closing?.value
    }

    /// The one that waits, if one does.
    package var waiting: RunningProgramSummary? { state.withLock { $0.program }?.running.summary }

    /// The program for another command; one that is of no use for it is closed first.
    func take(_ identity: OpenProgram.Identity) async -> OpenProgram? {
        let (program, closing) = state.withLock { state -> (OpenProgram?, Task<Void, Never>?) in
            if let program = state.program, program.identity == identity, program.isOpen {
                state.program = nil
                return (program, nil)
            }
            return (nil, Self.beginToClose(&state))
        }
        await closing?.value
        return program
    }

    /// Keeps a program for its next command.
    func keep(_ program: OpenProgram, for duration: Duration, clock: any Clock<Duration>) {
        let elapsed = clock.stopwatch()
        state.withLock { state in
            _ = Self.beginToClose(&state)
            state.program = program
            state.timeLeft = { duration - elapsed() }
            if state.timer == nil { state.timer = Task { await closeInTime(clock) } }
        }
    }

    private func closeInTime(_ clock: any Clock<Duration>) async {
        while let left = timeLeft() {
            guard (try? await clock.sleep(for: left)) != nil else { return }
        }
    }

    /// How long to wait yet; nil when that is over, or there is nothing to close.
    private func timeLeft() -> Duration? {
        state.withLock { state in
            let left = state.timeLeft()
            if state.program != nil, left > .zero { return left }
            state.timer = nil
            _ = Self.beginToClose(&state)
            return nil
        }
    }

    private static func beginToClose(_ state: inout State) -> Task<Void, Never>? {
        guard let program = state.program else { return state.closing }
        state.program = nil
        state.timer?.cancel()
        state.timer = nil
        let before = state.closing
        let closing = Task {
            await before?.value
            await program.close()
        }
        state.closing = closing
        return closing
    }

    // MARK: What was tried in vain

    /// Such commands are not given to an open program again.
    func refuse(_ identity: OpenProgram.Identity) {
        state.withLock { state in
            state.refused = (state.refused + [identity]).suffix(Self.mostRefused)
        }
    }

    /// Whether that was tried in vain.
    func refuses(_ identity: OpenProgram.Identity) -> Bool { state.withLock { $0.refused.contains(identity) } }
}
