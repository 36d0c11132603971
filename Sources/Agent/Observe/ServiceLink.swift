import ExecutorKit
import Synchronization

/// Reports the state of the agent to the service manager: when it is ready, what it does, and when it is stopping.
///
/// It is ready when it is signed on, and also if the manager cannot be reached: a farm without its manager must not
/// look like nodes that fail to start. The status is reported at most once a second, and the newest one always is.
package final class ServiceLink: Sendable {
    private struct State {
        var isReady = false
        var isStopping = false
        var said = ""
        var lastSaid: Duration?
        var isWaiting = false
    }

    private static let pause = Duration.seconds(1)

    /// Where to report.
    package let notifier: ServiceNotifier
    private let status: StatusBoard
    private let clock: any Clock<Duration>
    private let time: @Sendable () -> Duration
    private let state = Mutex(State())

    /// Reports the changes of the board from now on.
    package init(_ notifier: ServiceNotifier, status: StatusBoard, clock: any Clock<Duration>) {
        self.notifier = notifier
        self.status = status
        self.clock = clock
        time = clock.stopwatch()
        status.onChange { [weak self] in self?.tell() }
    }

    /// Reports changes.
    private func tell() {
        let pause = state.withLock { state -> Duration? in
            // Read here, so that the last caller reports the newest status.
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
