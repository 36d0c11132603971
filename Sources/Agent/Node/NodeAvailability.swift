import Dispatch
package import ExecutorKit
import FileWork
import FoundationEssentials
import Synchronization
import System

/// Decides whether this node lets its worker work now. It stores the pause, watches the clock and whether the machine
/// is in use, and reports changes.
package final class NodeAvailability: Sendable {
    private struct State {
        var schedule: NodeSchedule
        /// The reasons that were reported last.
        var reasons: [SleepReason] = []
        /// The reasons that were logged last.
        var said: [SleepReason] = []
    }

    /// The wall clock may be set, and the time zone may change, so the state is evaluated at least this often.
    static let longestWait = Duration.seconds(60)
    /// How long a disk may delay the answer to a command, in seconds.
    private static let diskTime = 3

    /// The changes of what the node wants; for a single reader.
    let wishes: AsyncStream<NodeWish>
    private let wish: AsyncStream<NodeWish>.Continuation
    private let (looks, look) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    private let file: PauseFile
    private let idleHint: IdleHint?
    private let clock: any Clock<Duration>
    private let wallClock: WallClock
    private let log: Log
    private let onChange: @Sendable ([SleepReason]) -> Void
    private let state: Mutex<State>
    /// Held while the file is written.
    private let writing = Mutex(())

    /// - Parameters:
    ///   - stateDirectory: where the pause is stored.
    ///   - programs: runs the query whether the machine is in use.
    ///   - onChange: called with the reasons for sleeping whenever they change; must not block.
    package init(
        _ settings: Settings, stateDirectory: String, programs: ProgramRunner, clock: any Clock<Duration>,
        wallClock: WallClock, log: Log, onChange: @escaping @Sendable ([SleepReason]) -> Void
    ) async {
        (wishes, wish) = AsyncStream.makeStream()
        let file = PauseFile(stateDirectory: stateDirectory)
        self.file = file
        idleHint = settings.onlyWhenIdle == nil ? nil : IdleHint(programs: programs)
        self.clock = clock
        self.wallClock = wallClock
        self.log = log
        self.onChange = onChange
        let date = wallClock.now()
        let pause = try? await BlockingWork.run { _ in file.pause(at: date) }
        state = Mutex(
            State(
                schedule: NodeSchedule(
                    hours: settings.workHours, idleTime: settings.onlyWhenIdle, whenBusy: settings.whenBusy,
                    pause: pause)))
    }

    /// Why the node sleeps; empty while it works.
    package var reasons: [SleepReason] { state.withLock(\.reasons) }

    /// Determines the current state, before a worker starts.
    ///
    /// - Throws: ``SettingsError`` if the settings require an idle machine, and that cannot be determined here.
    package func prepare() async throws(SettingsError) {
        if let idleHint { saw(try await idleHint.require()) }
        update()
    }

    /// Returns what the node wants now.
    func currentWish() -> NodeWish {
        update()
        return NodeWish(reasons, wallClock)
    }

    /// Watches until the surrounding task is cancelled; must be called only once.
    func run() async {
        await withDiscardingTaskGroup { group in
            if let idleHint { group.addTask { await self.watchUse(idleHint) } }
            var timer: Task<Void, Never>?
            look.yield()
            for await _ in looks {
                timer?.cancel()
                timer = update().map { wait in
                    Task { [clock, look] in
                        guard (try? await clock.sleep(for: wait)) != nil else { return }
                        look.yield()
                    }
                }
            }
            timer?.cancel()
            group.cancelAll()
        }
    }

    private func watchUse(_ idleHint: IdleHint) async {
        while !Task.isCancelled {
            let use = await idleHint.ask()
            if Task.isCancelled { return }
            saw(use)
            look.yield()
            try? await clock.sleep(for: IdleHint.interval)
        }
    }

    private func saw(_ use: MachineUse) {
        let date = wallClock.now()
        state.withLock { $0.schedule.saw(use, at: date) }
    }

    // MARK: Commands

    /// Performs a command and returns the answer for its sender. Blocks for a few seconds at most.
    ///
    /// - Parameter hasTask: whether a task is running.
    package func perform(_ command: NodeCommand, hasTask: Bool) -> NodeAnswer {
        let date = wallClock.now()
        switch command.command {
        case .pause:
            guard let pause = command.pause(from: date) else {
                return NodeAnswer(isDone: false, message: "the pause is too long")
            }
            state.withLock { $0.schedule.pause = pause }
        case .resume:
            let hadAny = state.withLock { state in
                defer { state.schedule.pause = nil }
                return state.schedule.pause != nil
            }
            guard hadAny else { return answer("was not paused") }
            log.info("resumed by \(command.by)")
        }
        update()
        look.yield()
        let problem = store()
        if let problem { log.error(problem) }
        return answer(command.command == .pause ? pauseWords(hasTask: hasTask) : "resumed", problem)
    }

    private func pauseWords(hasTask: Bool) -> String {
        guard let pause = reasons.first else { return "paused" }
        if !hasTask { return pause.text(wallClock) }
        let isFinished = pause.task == .finish
        return pause.text(wallClock) + "; the running task "
            + (isFinished ? "finishes first" : "is stopped and returned to the manager")
    }

    private func answer(_ words: String, _ problem: String? = nil) -> NodeAnswer {
        let others = reasons.filter { $0.cause != .pause }
        let more = others.isEmpty ? "" : "; the worker stays asleep: \(others.text(wallClock))"
        return NodeAnswer(
            isDone: true, message: words + more,
            warning: problem.map { "\($0); this will be lost when the agent restarts" })
    }

    /// Stores the current pause or its absence; waits a few seconds at most.
    ///
    /// - Returns: the problem, if there is one.
    private func store() -> String? {
        let problem = Mutex<String?>("the disk of \(file.path) does not respond")
        let isDone = DispatchSemaphore(value: 0)
        do throws(SystemError) {
            try SystemThread.start("pause") { [self] in
                let result = write()
                problem.withLock { $0 = result }
                isDone.signal()
            }
        } catch {
            return "\(file.path) cannot be written: \(error)"
        }
        _ = isDone.wait(timeout: .now() + .seconds(Self.diskTime))
        return problem.withLock(\.self)
    }

    private func write() -> String? {
        // Reads the state under the lock, so the last write always stores the latest pause.
        writing.withLock { _ in
            do throws(FileError) {
                try file.store(state.withLock(\.schedule.pause))
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    // MARK: The current state

    /// Evaluates the current state, and reports it if it changed.
    ///
    /// - Returns: the maximum time until the state has to be evaluated again; if nil, forever.
    @discardableResult
    private func update() -> Duration? {
        let date = wallClock.now()
        let (news, wait, isPauseOver) = state.withLock { state -> ([SleepReason]?, Duration?, Bool) in
            let isPauseOver = state.schedule.pause?.isOver(at: date) == true
            if isPauseOver { state.schedule.pause = nil }
            let reasons = state.schedule.reasons(at: date, wallClock)
            if reasons != state.reasons {
                state.reasons = reasons
                // Called with the lock held, so that the newest comes last; neither call blocks.
                onChange(reasons)
                wish.yield(NodeWish(reasons, wallClock))
            }
            let isNews = reasons.map(\.kind) != state.said.map(\.kind)
            if isNews { state.said = reasons }
            let change = state.schedule.nextChange(after: date, wallClock)
            let wait = change.map { min(.seconds(max(0, $0.timeIntervalSince(date))), Self.longestWait) }
            return (isNews ? reasons : nil, wait, isPauseOver)
        }
        if let news { say(news) }
        // If the file stays there, it does no harm.
        if isPauseOver { try? SystemThread.start("pause") { [self] in _ = write() } }
        return wait
    }

    private func say(_ reasons: [SleepReason]) {
        if reasons.isEmpty { return log.info("this node accepts tasks again") }
        let words = "this node accepts no tasks: \(reasons.text(wallClock))"
        if state.withLock(\.schedule.cannotTell) { log.error(words) } else { log.info(words) }
    }
}

extension SleepReason {
    /// The reason, without the parts that change while it remains the same reason.
    fileprivate var kind: SleepReason {
        var kind = self
        if cause == .inUse { (kind.since, kind.until) = (nil, nil) }
        if cause == .workHours { kind.until = nil }
        return kind
    }
}
