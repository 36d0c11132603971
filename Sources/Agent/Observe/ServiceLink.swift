import ExecutorKit
import Synchronization

/// Keeps the service manager informed of this agent: when it is up, what it does, and that it is on its way out.
///
/// It counts as up when it is signed on, and also when the manager cannot be reached: a farm without its manager must not
/// look like nodes that do not start. What it does is told at most once a second, the newest always.
package final class ServiceLink: Sendable {
    private struct State {
        var isReady = false
        var isStopping = false
        var said = ""
        var lastSaid: Duration?
        var isWaiting = false
    }

    private static let pause = Duration.seconds(1)

    /// Where it is told.
    package let notifier: ServiceNotifier
    private let status: StatusBoard
    private let clock: any Clock<Duration>
    private let time: @Sendable () -> Duration
    private let state = Mutex(State())

    /// Tells what the board says, from now on.
    package init(_ notifier: ServiceNotifier, status: StatusBoard, clock: any Clock<Duration>) {
        self.notifier = notifier
        self.status = status
        self.clock = clock
        time = clock.stopwatch()
        status.onChange { [weak self] in self?.tell() }
    }

    /// Tells what is new.
    private func tell() {
        let pause = state.withLock { state -> Duration? in
            // Read here, so that the last one to tell has the newest.
            let current = status.current
            if current.state == .stopping, !state.isStopping {
                state.isStopping = true
                say(current.sentence, with: .stopping, &state)
            } else if current.isUp, !state.isReady {
                state.isReady = true
                say(current.sentence, with: .ready, &state)
            }
            guard current.sentence != state.said, !state.isWaiting else { return nil }
            let left = state.lastSaid.map { $0 + Self.pause - time() } ?? .zero
            if left > .zero {
                state.isWaiting = true
                return left
            }
            say(current.sentence, &state)
            return nil
        }
        guard let pause else { return }
        Task {
            try? await clock.sleep(for: pause)
            state.withLock { $0.isWaiting = false }
            tell()
        }
    }

    private func say(_ sentence: String, with message: ServiceNotifier.Message? = nil, _ state: inout State) {
        if let message { notifier.tell(message, .status(sentence)) } else { notifier.tell(.status(sentence)) }
        state.said = sentence
        state.lastSaid = time()
    }
}

extension AgentStatus {
    fileprivate var isUp: Bool { isSignedOn || manager.outage != nil }
}
