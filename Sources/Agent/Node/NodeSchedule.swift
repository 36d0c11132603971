package import FoundationEssentials

/// When a node works: the rules from the settings and from users of the machine, and whether they let it work at a
/// date.
///
/// This is a value without a clock or a manager: the state that the manager requests is handled by
/// ``WorkerStateMachine``.
package struct NodeSchedule: Hashable, Sendable {
    /// The work hours; if nil, always.
    package let hours: WorkHours?
    /// How long the machine must have been idle; nil if that does not matter.
    package let idleTime: Duration?
    /// What happens to a running task when the hours end, or the machine is in use.
    package let whenBusy: BusyRule
    /// The requested pause, if there is one.
    package var pause: NodePause?
    /// Whether the machine is in use, as far as is known.
    private var use = MachineUse.unknown
    /// When that was determined.
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

    /// Returns why the node sleeps at a date; empty if it may work.
    package func reasons(at date: Date, _ clock: WallClock) -> [SleepReason] {
        [reasonOfPause(at: date), reasonOfHours(at: date, clock), reasonOfUse].compactMap(\.self)
    }

    /// Returns when ``reasons(at:_:)`` changes by itself; nil if never.
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
            // In whole seconds, because the date is computed again each time.
            let since = (looked - time.seconds).timeIntervalSince1970.rounded()
            reason.since = Date(timeIntervalSince1970: since)
            reason.until = Date(timeIntervalSince1970: since + idleTime.seconds)
        }
        return reason
    }
}

/// What happens to a running task when its node should stop working.
package enum BusyRule: String, CaseIterable, Codable, Sendable {
    /// The task finishes.
    case finish
    /// The task is stopped and returned to the manager.
    case stop
}

/// Whether the machine is in use.
package enum MachineUse: Hashable, Sendable {
    /// Not determined yet.
    case unknown
    case used
    /// The machine had been idle for this long when it was checked.
    case idle(Duration)
    /// It cannot be determined, for this reason, which may or may not go away by itself.
    case failed(String, mayPass: Bool)
}

/// Why a worker sleeps.
package struct SleepReason: Codable, Hashable, Sendable {
    /// What causes the sleep.
    package enum Cause: String, Codable, CaseIterable, Sendable {
        case pause
        case workHours = "work_hours"
        case inUse = "in_use"
        case manager
    }

    package var cause: Cause
    /// What happens to a running task; nil if the manager decides.
    package var task: BusyRule?
    /// Who requested it.
    package var by: String?
    /// The reason, if given.
    package var reason: String?
    package var since: Date?
    /// When it ends by itself.
    package var until: Date?

    /// The reason as text, without a full stop.
    package func text(_ clock: WallClock = .system) -> String {
        let end = until.map { " until \(clock.text($0))" } ?? ""
        switch cause {
        case .pause: return "paused by \(by ?? "somebody")\(end)" + (reason.map { ": \($0)" } ?? "")
        case .workHours: return "outside work hours\(end)"
        case .inUse:
            if since != nil, let until { return "the machine has to stay idle until \(clock.text(until))" }
            return reason ?? "this machine is in use"
        case .manager: return "the manager requested the state \"asleep\""
        }
    }
}

extension [SleepReason] {
    /// All reasons as text.
    package func text(_ clock: WallClock = .system) -> String { map { $0.text(clock) }.joined(separator: "; ") }
}

/// Whether a node lets its worker work; see ``NodeSchedule`` for the rules.
package enum NodeWish: Hashable, Sendable {
    case work
    /// To sleep, for this reason, at once or after the running task.
    case sleep(BusyRule, reason: String)

    /// Derives the wish from the reasons for sleeping.
    init(_ reasons: [SleepReason], _ clock: WallClock) {
        let mayFinish = reasons.allSatisfy { $0.task == .finish }
        self = reasons.isEmpty ? .work : .sleep(mayFinish ? .finish : .stop, reason: reasons.text(clock))
    }
}
