import Foundation
import SupervisorProtocol
import Synchronization
import System

/// A program under its supervisor: the agent's end of the socket between them.
final class RunningProgram: Sendable {
    /// Why a program is told to stop.
    enum StopCause: Hashable { case cancelled, timeLimit(Duration), silenceLimit(Duration), finished }

    /// The outcome, when nothing of its process tree is left.
    enum Outcome {
        case ended(TreeReport)
        case failed(LaunchError)
        case lost(String)
    }

    fileprivate struct State {
        /// The socket, from the launch order to the end.
        var socket: BorrowedDescriptor?
        var cause: StopCause?
        var isUrgent = false
        /// When it was told to stop, and when to do so immediately.
        var stopAsked: ContinuousClock.Instant?
        var urgencyAsked: ContinuousClock.Instant?
        var lastOutput = Duration.zero
        var supervisor: Int32?
        var process: Int32?
    }

    /// The name of the program.
    let name: String
    private let state = Mutex(State())
    private let stopwatch: @Sendable () -> Duration

    init(name: String, stopwatch: @escaping @Sendable () -> Duration) {
        self.name = name
        self.stopwatch = stopwatch
    }

    // MARK: Watching

    /// The summary for status; nil before it has a supervisor.
    var summary: RunningProgramSummary? {
        state.withLock { state in
            state.supervisor.map { RunningProgramSummary(name: name, process: state.process, supervisor: $0) }
        }
    }

    /// Records that its supervisor has started.
    func isSupervised(by process: Int32) { state.withLock { $0.supervisor = process } }

    /// Records that the program itself has started.
    func hasStarted(as process: Int32) { state.withLock { $0.process = process } }

    // MARK: Stopping

    /// The first reason for stopping, if any.
    var stopCause: StopCause? { state.withLock(\.cause) }

    /// Whether there is no grace period any more.
    var isUrgent: Bool { state.withLock(\.isUrgent) }

    /// When it last printed something.
    var lastOutput: Duration { state.withLock(\.lastOutput) }

    /// For how long it has printed nothing.
    var silence: Duration { stopwatch() - lastOutput }

    /// Starts to stop the tree, once.
    func stop(_ cause: StopCause) {
        state.withLock { state in
            guard state.cause == nil else { return }
            state.cause = cause
            state.stopAsked = .now
            state.tell(.stop)
        }
    }

    /// Ends the grace period, of a current or later stop.
    func skipGrace() {
        state.withLock { state in
            state.isUrgent = true
            if state.urgencyAsked == nil { state.urgencyAsked = .now }
            state.tell(.skipGrace)
        }
    }

    /// Returns how long its end is overdue, in real time like the grace period; negative before, nil if it was not told
    /// to stop.
    func overdue(after gracePeriod: Duration) -> Duration? {
        state.withLock { state in
            guard let stopAsked = state.stopAsked else { return nil }
            let deadline = stopAsked + gracePeriod
            guard let urgencyAsked = state.urgencyAsked else { return .now - deadline }
            return .now - min(deadline, max(stopAsked, urgencyAsked))
        }
    }

    /// Kills the supervisor, which did not end its tree when told to.
    func killSupervisor() {
        state.withLock { state in
            if state.socket != nil, let supervisor = state.supervisor { ChildProcess.send(SIGKILL, to: supervisor) }
        }
    }

    /// Allows stop requests from now on, and performs earlier ones first.
    func open(_ socket: BorrowedDescriptor) {
        state.withLock { state in
            state.socket = socket
            if state.isUrgent { state.tell(.skipGrace) }
            if state.cause != nil { state.tell(.stop) }
        }
    }

    /// Sends more for its standard input, which has to stay open; false when it cannot be had.
    func send(input: String) -> Bool { state.withLock { $0.tell(.input(input)) } }

    /// Sends nothing from now on.
    func close() { state.withLock { $0.socket = nil } }

    /// Records that it printed something.
    func hasPrinted() {
        let now = stopwatch()
        state.withLock { $0.lastOutput = now }
    }
}

extension RunningProgram.State {
    /// Sends a message to the supervisor, which is continued if it was stopped. The socket has room for thousands of
    /// these messages, and if the supervisor is gone they are not needed.
    @discardableResult
    fileprivate func tell(_ message: AgentMessage) -> Bool {
        guard let socket else { return false }
        let frame = FrameAssembler.frame(message.encoded)
        let sent = try? frame.withUnsafeBytes { try socket.send($0, waits: false) }
        if let supervisor { ChildProcess.send(SIGCONT, to: supervisor) }
        // Half a message makes nonsense of all that follow.
        if let sent, sent > 0, sent < frame.count { socket.shutDown() }
        return sent == frame.count
    }
}
