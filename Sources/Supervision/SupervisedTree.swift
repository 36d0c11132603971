import SupervisorProtocol
import System

/// A running program with all of its descendants.
struct SupervisedTree {
    /// The time of sending SIGKILL after which a process is reported as unstoppable.
    private static let patience = Duration.seconds(10)

    private let launch: Launch
    private let group: ControlGroup?
    private let signals: SupervisorSignals
    private var channel: ControlChannel
    private var ladder: StopLadder
    private var input: InputFeed?

    /// Whether it is unknown yet if the program could be executed.
    private var isStarting = true
    private var agentIsThere = true
    private var status: TreeReport.Status?
    private var isEmpty = false
    private var leftovers = 0
    private let begin = MonotonicTime.now
    private var hasReleasedCode = false
    private var isReportedAsUnstoppable = false

    init(order: LaunchOrder, launch: Launch, group: ControlGroup?, channel: ControlChannel, signals: SupervisorSignals)
    {
        self.launch = launch
        self.group = group
        self.channel = channel
        self.signals = signals
        input = launch.input.map { InputFeed($0, beginningWith: order.input) }
        ladder = StopLadder(gracePeriod: order.gracePeriod, leftoverTime: order.leftoverTime)
    }

    /// Waits, and ends what has to end, until nothing is left; then reports.
    mutating func watch(firstMessages: [AgentMessage]) {
        handle(firstMessages)
        while true {
            if signals.askToEnd { perform(ladder.stop(at: MonotonicTime.now)) }
            reap()
            if isEmpty && !isStarting { break }
            perform(ladder.nextStep(at: MonotonicTime.now))
            guard wait() else { return reap() }
        }
        report()
    }

    // MARK: Events

    /// Waits for the next event and handles it; returns false if the program could not be started.
    private mutating func wait() -> Bool {
        var waiting = PollList()
        waiting.add(signals.descriptor, .input)
        waiting.add(channel.descriptor, .input)
        waiting.add(launch.outcome, .input)
        if !agentIsThere { waiting.drop(1) }
        if !isStarting { waiting.drop(2) }
        if let input, input.isWaiting { waiting.add(input.descriptor, .output) }
        let limit = ladder.deadline.map { $0 - MonotonicTime.now }
        guard waiting.wait(atMost: limit ?? (hasReleasedCode ? nil : Self.shortRun)) else {
            releaseCode()
            return true
        }
        if waiting.isReady(0) { signals.drain() }
        if input?.isWaiting == true, waiting.isReady(3) { input?.write() }
        if waiting.isReady(2) {
            isStarting = false
            defer { launch.close() }
            if let failure = launch.failure() {
                channel.send(.failed(failure))
                return false
            }
            channel.send(.started(launch.process))
        }
        if waiting.isReady(1) {
            switch channel.receive() {
            case .messages(let messages): handle(messages)
            case .end, .nonsense:
                agentIsThere = false
                perform(ladder.stop(at: MonotonicTime.now))
            }
        }
        return true
    }

    /// A program that runs for longer than this may run for hours, during which the supervisor needs little of its
    /// code.
    private static let shortRun = Duration.seconds(1)

    private mutating func releaseCode() {
        guard !hasReleasedCode, MonotonicTime.now - begin >= Self.shortRun else { return }
        hasReleasedCode = true
        ProgramCode.releasePages()
    }

    private mutating func handle(_ messages: [AgentMessage]) {
        for message in messages {
            switch message {
            case .launch: break
            case .stop: perform(ladder.stop(at: MonotonicTime.now))
            case .skipGrace: ladder.skipGrace(at: MonotonicTime.now)
            case .input(let text): input?.append(text)
            }
        }
    }

    /// Reaps all children that have ended.
    private mutating func reap() {
        var programEnded = false
        do throws(SystemError) {
            while let (process, end) = try ChildProcess.ended() {
                guard process == launch.process else { continue }
                switch end {
                case .exited(let number): status = .exited(number)
                case .signalled(let signal, let coreDumped): status = .signalled(signal, coreDumped: coreDumped)
                }
                ladder.programEnded(at: MonotonicTime.now)
                programEnded = true
            }
            isEmpty = false
        } catch {
            isEmpty = error.number == ECHILD
        }
        // What the program leaves behind becomes a child of this process: without a child, no process has to be
        // examined.
        if programEnded, !ladder.wasStopped, !isEmpty { leftovers = ProcessTree.members().count { $0.isAlive } }
    }

    // MARK: Actions

    private mutating func perform(_ step: StopLadder.Step?) {
        switch step {
        case nil: break
        case .terminate: ProcessTree.send(SIGTERM)
        case .kill:
            killAll()
            reportUnstoppable()
        }
    }

    /// Kills repeatedly as long as new processes are found: a tree that forks must not get time to do so.
    private mutating func killAll() {
        var known: Set<Int32> = []
        for _ in 0..<100 where !isEmpty {
            group?.kill()
            let found = ProcessTree.send(SIGKILL)
            reap()
            if found.isSubset(of: known) { return }
            known.formUnion(found)
        }
    }

    private mutating func reportUnstoppable() {
        guard !isReportedAsUnstoppable, let since = ladder.killingSince,
            MonotonicTime.now - since > Self.patience, let member = ProcessTree.members().first(where: \.isAlive)
        else { return }
        isReportedAsUnstoppable = true
        channel.send(.unstoppable(member.id, name: ProcessTable.name(of: member.id)))
    }

    private func report() {
        guard let status else { return channel.send(.refused("it lost track of the program")) }
        let usage = ResourceUsage.ofEndedChildren
        channel.send(
            .ended(
                TreeReport(
                    status: status, wasStopped: ladder.wasStopped, wasKilled: ladder.killingSince != nil,
                    leftovers: UInt32(clamping: leftovers), userTime: usage.userTime, systemTime: usage.systemTime,
                    peakMemory: UInt64(clamping: usage.peakMemory), outOfMemoryKills: group?.outOfMemoryKills,
                    reachedMemoryLimit: group?.reachedMemoryLimit ?? false)))
    }
}
