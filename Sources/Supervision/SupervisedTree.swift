import CPlatform
import SupervisorProtocol

/// A running program and all that descends from it.
struct SupervisedTree {
    /// After how much killing a process counts as one that does not end.
    private static let patience = Duration.seconds(10)

    private let launch: Launch
    private let group: ControlGroup?
    private let signals: Signals
    private var channel: ControlChannel
    private var ladder: StopLadder

    /// Whether it is not known yet if the program could be executed.
    private var isStarting = true
    private var agentIsThere = true
    private var status: TreeReport.Status?
    private var isEmpty = false
    private var leftovers = 0
    private var isReportedAsUnstoppable = false

    init(order: LaunchOrder, launch: Launch, group: ControlGroup?, channel: ControlChannel, signals: Signals) {
        self.launch = launch
        self.group = group
        self.channel = channel
        self.signals = signals
        ladder = StopLadder(gracePeriod: order.gracePeriod, leftoverTime: order.leftoverTime)
    }

    /// Waits, and ends what must end, until nothing is left; then reports.
    mutating func watch(firstMessages: [AgentMessage]) {
        handle(firstMessages)
        while true {
            if signals.askToEnd { perform(ladder.stop(at: monotonicTime())) }
            reap()
            if isEmpty && !isStarting { break }
            perform(ladder.nextStep(at: monotonicTime()))
            guard wait() else { return reap() }
        }
        report()
    }

    // MARK: Events

    /// Waits for the next event and takes it in; false when the program could not be started.
    private mutating func wait() -> Bool {
        var descriptors = [
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: agentIsThere ? channel.descriptor : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isStarting ? launch.outcome : -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, 3, timeout()) > 0 else { return true }
        if descriptors[0].revents != 0 { signals.drain() }
        if descriptors[2].revents != 0 {
            isStarting = false
            defer { close(launch.outcome) }
            if let failure = launch.failure() {
                channel.send(.failed(failure))
                return false
            }
            channel.send(.started(launch.process))
        }
        if descriptors[1].revents != 0 {
            switch channel.receive() {
            case .messages(let messages): handle(messages)
            case .end, .nonsense:
                agentIsThere = false
                perform(ladder.stop(at: monotonicTime()))
            }
        }
        return true
    }

    private mutating func handle(_ messages: [AgentMessage]) {
        for message in messages {
            switch message {
            case .launch: break
            case .stop: perform(ladder.stop(at: monotonicTime()))
            case .skipGrace: ladder.skipGrace(at: monotonicTime())
            }
        }
    }

    /// Milliseconds to the next step of the ladder, rounded up; -1 for as long as it takes.
    private func timeout() -> Int32 {
        guard let deadline = ladder.deadline else { return -1 }
        let (seconds, attoseconds) = max(.zero, deadline - monotonicTime()).components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Takes in all children that have ended.
    private mutating func reap() {
        while true {
            var ending: Int32 = 0
            let process = retryingInterrupts { waitpid(-1, &ending, WNOHANG) }
            if process == launch.process {
                status =
                    platform_exited(ending)
                    ? .exited(platform_exit_status(ending))
                    : .signalled(platform_ending_signal(ending), coreDumped: platform_core_dumped(ending))
                ladder.programEnded(at: monotonicTime())
                #if os(Linux)
                    if !ladder.wasStopped { leftovers = ProcessTree.members().count { $0.isAlive } }
                #endif
            } else if process <= 0 {
                isEmpty = process == -1 && errno == ECHILD
                #if !os(Linux)
                    // What was orphaned is not ours to wait for there; it is in the program's group, or out of reach.
                    isEmpty = isEmpty && kill(-launch.process, 0) != 0
                #endif
                return
            }
        }
    }

    // MARK: Actions

    private mutating func perform(_ step: StopLadder.Step?) {
        switch step {
        case nil: break
        case .terminate: ProcessTree.send(SIGTERM, program: launch.process)
        case .kill:
            killAll()
            reportUnstoppable()
        }
    }

    /// Kills again at once for as long as that finds somebody new: a tree that forks must not get time to do so.
    private mutating func killAll() {
        var known: Set<Int32> = []
        for _ in 0..<100 where !isEmpty {
            group?.kill()
            let found = ProcessTree.send(SIGKILL, program: launch.process)
            reap()
            if found.isSubset(of: known) { return }
            known.formUnion(found)
        }
    }

    private mutating func reportUnstoppable() {
        #if os(Linux)
            guard !isReportedAsUnstoppable, let since = ladder.killingSince,
                monotonicTime() - since > Self.patience, let member = ProcessTree.members().first(where: \.isAlive)
            else { return }
            isReportedAsUnstoppable = true
            channel.send(.unstoppable(member.id, name: ProcessTable.name(of: member.id)))
        #endif
    }

    private func report() {
        guard let status else { return channel.send(.refused("it lost sight of the program")) }
        var usage = rusage()
        _ = platform_children_usage(&usage)
        #if os(Linux)
            let unit = 1024
        #else
            let unit = 1
        #endif
        channel.send(
            .ended(
                TreeReport(
                    status: status, wasStopped: ladder.wasStopped, wasKilled: ladder.killingSince != nil,
                    leftovers: UInt32(clamping: leftovers),
                    userTime: Self.duration(usage.ru_utime), systemTime: Self.duration(usage.ru_stime),
                    peakMemory: UInt64(clamping: usage.ru_maxrss * unit), outOfMemoryKills: group?.outOfMemoryKills,
                    reachedMemoryLimit: group?.reachedMemoryLimit ?? false)))
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
    }
}
