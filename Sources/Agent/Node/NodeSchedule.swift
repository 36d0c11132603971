package import FoundationEssentials

/// When a node works: what the person at the machine and the settings say about it, and whether it may work at a date.
///
/// It is a value, and knows neither a clock nor a manager: what the manager wants is another matter (``WorkerStateMachine``).
package struct NodeSchedule: Hashable, Sendable {
    /// The hours; always when absent.
    package let hours: WorkHours?
    /// How long nobody may have used the machine; it does not matter when absent.
    package let idleTime: Duration?
    /// What becomes of a running task when the hours end, or somebody uses the machine.
    package let whenBusy: BusyRule
    /// The pause that somebody asked for, if there is one.
    package var pause: NodePause?
    /// Whether somebody uses the machine, as far as is known.
    private var use = MachineUse.unknown
    /// When that was looked up.
    private var looked = Date.distantPast

    package init(
        hours: WorkHours? = nil, idleTime: Duration? = nil, whenBusy: BusyRule = .finish, pause: NodePause? = nil
    ) {
        self.hours = hours
        self.idleTime = idleTime
        self.whenBusy = whenBusy
        self.pause = pause
    }

    /// Records whether the machine was in use at a date.
    package mutating func saw(_ use: MachineUse, at date: Date) { (self.use, looked) = (use, date) }

    /// Whether logind should say if the machine is in use, but cannot.
    var cannotTell: Bool {
        if case .failed = use { idleTime != nil } else { false }
    }

    /// Why the node sleeps at a date; nothing while it may work.
    package func reasons(at date: Date, _ clock: WallClock) -> [SleepReason] {
        [reasonOfPause(at: date), reasonOfHours(at: date, clock), reasonOfUse].compactMap(\.self)
    }

    /// When ``reasons(at:_:)`` is another without anybody saying anything; nothing when never.
    package func nextChange(after date: Date, _ clock: WallClock) -> Date? {
        let end = pause?.until.flatMap { $0 > date ? $0 : nil }
        return [end, hours?.nextChange(after: date, clock)].compactMap(\.self).min()
    }

    private func reasonOfPause(at date: Date) -> SleepReason? {
        guard let pause, !pause.isOver(at: date) else { return nil }
        return SleepReason(
            cause: .pause, task: pause.afterTask ? .finish : .stop, by: pause.by, reason: pause.reason,
            since: pause.since, until: pause.until)
    }

    private func reasonOfHours(at date: Date, _ clock: WallClock) -> SleepReason? {
        guard let hours, !hours.contains(date, clock) else { return nil }
        return SleepReason(cause: .workHours, task: whenBusy, until: hours.nextChange(after: date, clock))
    }

    private var reasonOfUse: SleepReason? {
        guard let idleTime else { return nil }
        var reason = SleepReason(cause: .inUse, task: whenBusy)
        switch use {
        case .unknown: reason.reason = "not known yet whether this machine is in use"
        case .failed(let problem, _): reason.reason = problem
        case .used: break
        case .idle(let time):
            if time >= idleTime { return nil }
            // To the second: the date is worked out anew each time.
            let since = (looked - time.seconds).timeIntervalSince1970.rounded()
            reason.since = Date(timeIntervalSince1970: since)
            reason.until = Date(timeIntervalSince1970: since + idleTime.seconds)
        }
        return reason
    }
}

/// What becomes of a running task when its node should do no more work.
package enum BusyRule: String, CaseIterable, Codable, Sendable {
    /// It comes to its end.
    case finish
    /// It is stopped, and goes back to the manager.
    case stop
}

/// Whether somebody uses the machine.
package enum MachineUse: Hashable, Sendable {
    /// Nobody has looked yet.
    case unknown
    case used
    /// Nobody did for so long, when this was looked up.
    case idle(Duration)
    /// Nobody can tell, for this reason, which may pass by itself or not.
    case failed(String, mayPass: Bool)
}

/// Why a worker sleeps.
package struct SleepReason: Codable, Hashable, Sendable {
    /// Who or what has it sleep.
    package enum Cause: String, Codable, CaseIterable, Sendable {
        case pause
        case workHours = "work_hours"
        case inUse = "in_use"
        case manager
    }

    package var cause: Cause
    /// What becomes of a task that runs; absent when the manager decides.
    package var task: BusyRule?
    /// Who asked for it.
    package var by: String?
    /// Why.
    package var reason: String?
    package var since: Date?
    /// When it ends by itself.
    package var until: Date?

    /// The reason in words, without a full stop.
    package func text(_ clock: WallClock = .system) -> String {
        let end = until.map { " until \(clock.text($0))" } ?? ""
        switch cause {
        case .pause: return "paused by \(by ?? "somebody")\(end)" + (reason.map { ": \($0)" } ?? "")
        case .workHours: return "outside work hours\(end)"
        case .inUse:
            if since != nil, let until { return "the machine has to stay idle until \(clock.text(until))" }
            return reason ?? "this machine is in use"
        case .manager: return "the manager requested the state “asleep”"
        }
    }
}

extension [SleepReason] {
    /// All of them in words.
    package func text(_ clock: WallClock = .system) -> String { map { $0.text(clock) }.joined(separator: "; ") }
}

/// Whether a node lets its worker work; see ``NodeSchedule`` for the rules.
package enum NodeWish: Hashable, Sendable {
    case work
    /// To sleep, for this reason, at once or after the running task.
    case sleep(BusyRule, reason: String)

    /// What follows from the reasons for sleeping.
    init(_ reasons: [SleepReason], _ clock: WallClock) {
        let mayFinish = reasons.allSatisfy { $0.task == .finish }
        self = reasons.isEmpty ? .work : .sleep(mayFinish ? .finish : .stop, reason: reasons.text(clock))
    }
}
