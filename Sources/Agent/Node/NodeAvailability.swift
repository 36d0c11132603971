import Dispatch
package import ExecutorKit
import FileWork
import FoundationEssentials
import Synchronization
import System

/// Whether this node lets its worker work now: the one place that knows. It keeps the pause, watches the clock and the person at
/// the machine, and tells when something changes.
package final class NodeAvailability: Sendable {
    private struct State {
        var schedule: NodeSchedule
        /// What was told last.
        var reasons: [SleepReason] = []
        /// What the log says last.
        var said: [SleepReason] = []
    }

    /// The clock on the wall may be set, and the time zone may change, so it is looked at this often at least.
    static let longestWait = Duration.seconds(60)
    /// How long a disk may hold up the answer to a command.
    private static let diskTime = 3

    /// What the node wants, each time that this changes; for one reader.
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
    ///   - stateDirectory: where the pause is kept.
    ///   - programs: runs what is asked whether somebody uses the machine.
    ///   - onChange: called with the reasons for sleeping each time that they change; it must not wait.
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

    /// Why the node sleeps; nothing while it works.
    package var reasons: [SleepReason] { state.withLock(\.reasons) }

    /// Finds out what holds now, before a worker begins.
    ///
    /// - Throws: ``SettingsError`` when the settings ask for an idle machine, and nobody here can tell whether it is.
    package func prepare() async throws(SettingsError) {
        if let idleHint { saw(try await idleHint.require()) }
        update()
    }

    /// What the node wants now.
    func currentWish() -> NodeWish {
        update()
        return NodeWish(reasons, wallClock)
    }

    /// Watches until the surrounding task is cancelled; to be called once.
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

    /// Does what somebody at the machine asks for; returns what to tell them. Blocks, for some seconds at most.
    ///
    /// - Parameter hasTask: whether a task runs.
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

    /// Stores the pause that there is, or that there is none; waits for it no longer than some seconds.
    ///
    /// - Returns: what is in the way.
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

    // MARK: What holds now

    /// Finds out what holds now, and tells it where it is new.
    ///
    /// - Returns: how long that holds at most; for ever when absent.
    @discardableResult
    private func update() -> Duration? {
        let date = wallClock.now()
        let (news, wait, isPauseOver) = state.withLock { state -> ([SleepReason]?, Duration?, Bool) in
            let isPauseOver = state.schedule.pause?.isOver(at: date) == true
            if isPauseOver { state.schedule.pause = nil }
            let reasons = state.schedule.reasons(at: date, wallClock)
            if reasons != state.reasons {
                state.reasons = reasons
                // In here, so that the newest comes last; neither waits.
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
        // One that stays there does no harm.
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
    /// The reason without what changes while it stays the same one.
    fileprivate var kind: SleepReason {
        var kind = self
        if cause == .inUse { (kind.since, kind.until) = (nil, nil) }
        if cause == .workHours { kind.until = nil }
        return kind
    }
}
