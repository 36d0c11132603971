import Foundation
import SupervisorProtocol
import Synchronization
import System

/// One program under its supervisor: the agent's end of the socket between them.
final class RunningProgram: Sendable {
    /// Why a program is told to stop.
    enum StopCause: Hashable { case cancelled, timeLimit(Duration), silenceLimit(Duration), finished }

    /// What came of it, with nothing of its process tree left.
    enum Outcome {
        case ended(TreeReport)
        case failed(LaunchError)
        case lost(String)
    }

    fileprivate struct State {
        /// The socket, from the order to the end.
        var socket: BorrowedDescriptor?
        var cause: StopCause?
        var isUrgent = false
        /// When it was told to stop, and when to do so at once.
        var stopAsked: ContinuousClock.Instant?
        var urgencyAsked: ContinuousClock.Instant?
        var lastOutput = Duration.zero
        var supervisor: Int32?
        var process: Int32?
    }

    /// What people call it.
    let name: String
    private let state = Mutex(State())
    private let stopwatch: @Sendable () -> Duration

    init(name: String, stopwatch: @escaping @Sendable () -> Duration) {
        self.name = name
        self.stopwatch = stopwatch
    }

    // MARK: Watching

    /// What others may see of it; nil before it has a supervisor.
    var summary: RunningProgramSummary? {
        state.withLock { state in
            state.supervisor.map { RunningProgramSummary(name: name, process: state.process, supervisor: $0) }
        }
    }

    /// Its supervisor has begun.
    func isSupervised(by process: Int32) { state.withLock { $0.supervisor = process } }

    /// The program itself has begun.
    func hasStarted(as process: Int32) { state.withLock { $0.process = process } }

    // MARK: Stopping

    /// Why it was told to stop first, if it was.
    var stopCause: StopCause? { state.withLock(\.cause) }

    /// Whether there is no grace period any more.
    var isUrgent: Bool { state.withLock(\.isUrgent) }

    /// When it printed something for the last time.
    var lastOutput: Duration { state.withLock(\.lastOutput) }

    /// Begins to stop the tree, once.
    func stop(_ cause: StopCause) {
        state.withLock { state in
            guard state.cause == nil else { return }
            state.cause = cause
            state.stopAsked = .now
            state.tell(.stop)
        }
    }

    /// Ends the grace period, of a stop under way or to come.
    func skipGrace() {
        state.withLock { state in
            state.isUrgent = true
            if state.urgencyAsked == nil { state.urgencyAsked = .now }
            state.tell(.skipGrace)
        }
    }

    /// For how long it should have ended by now, in real time as the grace period is; negative before, absent when it was not
    /// told to stop.
    func overdue(after gracePeriod: Duration) -> Duration? {
        state.withLock { state in
            guard let stopAsked = state.stopAsked else { return nil }
            let deadline = stopAsked + gracePeriod
            guard let urgencyAsked = state.urgencyAsked else { return .now - deadline }
            return .now - min(deadline, max(stopAsked, urgencyAsked))
        }
    }

    /// Kills the supervisor, which did not end its tree when it was told to.
    func killSupervisor() {
        state.withLock { state in
            if state.socket != nil, let supervisor = state.supervisor { ChildProcess.send(SIGKILL, to: supervisor) }
        }
    }

    /// Lets stop requests through from now on, those that came before first.
    func open(_ socket: BorrowedDescriptor) {
        state.withLock { state in
            state.socket = socket
            if state.isUrgent { state.tell(.skipGrace) }
            if state.cause != nil { state.tell(.stop) }
        }
    }

    /// Lets nothing through any more.
    func close() { state.withLock { $0.socket = nil } }

    /// Takes note that it printed something.
    func hasPrinted() {
        let now = stopwatch()
        state.withLock { $0.lastOutput = now }
    }
}

extension RunningProgram.State {
    /// Tells the supervisor, which listens again if something stopped it. A few bytes; the socket has room for thousands of
    /// them, and when the supervisor is gone nobody needs them.
    fileprivate func tell(_ message: AgentMessage) {
        guard let socket else { return }
        _ = try? FrameAssembler.frame(message.encoded).withUnsafeBytes { try socket.send($0, waits: false) }
        if let supervisor { ChildProcess.send(SIGCONT, to: supervisor) }
    }
}
