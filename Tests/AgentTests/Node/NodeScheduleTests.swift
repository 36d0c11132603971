import Foundation
import Testing

@testable import Agent

@Suite("When a node works")
struct NodeScheduleTests {
    // A Friday.
    private static let noon = Date(timeIntervalSince1970: 1_795_780_800)
    private static let clock = WallClock(now: { noon }, offset: { _ in 0 })
    private static let nights = WorkHours("mo-fr 19:00-08:00")

    private func pause(_ reason: String? = nil, for time: Duration? = nil, afterTask: Bool = false) -> NodePause {
        NodePause(
            by: "alice", reason: reason, since: Self.noon, until: time.map { Self.noon + $0.seconds },
            afterTask: afterTask)
    }

    private func texts(_ schedule: NodeSchedule, after time: Double = 0) -> [String] {
        schedule.reasons(at: Self.noon + time, Self.clock).map { $0.text(Self.clock) }
    }

    private func wish(_ schedule: NodeSchedule) -> NodeWish {
        NodeWish(schedule.reasons(at: Self.noon, Self.clock), Self.clock)
    }

    @Test("without settings and a pause it always does")
    func always() {
        let schedule = NodeSchedule()
        #expect(wish(schedule) == .work)
        #expect(schedule.nextChange(after: Self.noon, Self.clock) == nil)
    }

    @Test("a pause holds until its end, which does not belong to it")
    func pauses() {
        let schedule = NodeSchedule(pause: pause("local render", for: .seconds(7200)))
        #expect(texts(schedule) == ["paused by alice until 14:00: local render"])
        #expect(texts(schedule, after: 7199) == ["paused by alice until 14:00: local render"])
        #expect(texts(schedule, after: 7200) == [])
        #expect(schedule.nextChange(after: Self.noon, Self.clock) == Self.noon + 7200)
        #expect(schedule.nextChange(after: Self.noon + 7200, Self.clock) == nil)
        let endless = NodeSchedule(pause: pause())
        #expect(texts(endless, after: 1e9) == ["paused by alice"])
        #expect(endless.nextChange(after: Self.noon, Self.clock) == nil)
    }

    @Test("hours hold until their next border, or the end of a pause if that is sooner")
    func hours() throws {
        var schedule = NodeSchedule(hours: Self.nights)
        #expect(texts(schedule) == ["outside work hours until 19:00"])
        #expect(texts(schedule, after: 7 * 3600) == [])
        #expect(schedule.nextChange(after: Self.noon, Self.clock) == Self.noon + 7 * 3600)
        schedule.pause = pause(for: .seconds(60))
        #expect(texts(schedule) == ["paused by alice until 12:01", "outside work hours until 19:00"])
        #expect(schedule.nextChange(after: Self.noon, Self.clock) == Self.noon + 60)
    }

    @Test("a machine has to be idle for long enough, as far as is known")
    func idle() {
        var schedule = NodeSchedule(idleTime: .seconds(900))
        #expect(texts(schedule) == ["not known yet whether this machine is in use"])
        schedule.saw(.used, at: Self.noon)
        #expect(texts(schedule) == ["this machine is in use"])
        schedule.saw(.idle(.seconds(300)), at: Self.noon)
        #expect(texts(schedule) == ["the machine has to stay idle until 12:10"])
        // Until it is looked up again.
        #expect(texts(schedule, after: 3600) == ["the machine has to stay idle until 12:10"])
        schedule.saw(.idle(.seconds(900)), at: Self.noon)
        #expect(texts(schedule) == [])
        schedule.saw(.failed("loginctl failed", mayPass: true), at: Self.noon)
        #expect(texts(schedule) == ["loginctl failed"] && schedule.cannotTell)
        #expect(NodeSchedule().reasons(at: Self.noon, Self.clock).isEmpty)
    }

    @Test("a running task is stopped when anything wants that, and finishes when nothing does")
    func runningTask() throws {
        let hours = try #require(Self.nights)
        func rule(_ schedule: NodeSchedule) -> BusyRule? {
            if case .sleep(let rule, _) = wish(schedule) { rule } else { nil }
        }
        #expect(rule(NodeSchedule(pause: pause())) == .stop)
        #expect(rule(NodeSchedule(pause: pause(afterTask: true))) == .finish)
        #expect(rule(NodeSchedule(hours: hours)) == .finish)
        #expect(rule(NodeSchedule(hours: hours, whenBusy: .stop)) == .stop)
        #expect(rule(NodeSchedule(hours: hours, whenBusy: .stop, pause: pause(afterTask: true))) == .stop)
        #expect(rule(NodeSchedule(hours: hours, pause: pause())) == .stop)
        #expect(rule(NodeSchedule(idleTime: .seconds(1), whenBusy: .stop)) == .stop)
        #expect(rule(NodeSchedule()) == nil)
    }

    // MARK: logind

    @Test("logind says whether somebody uses the machine, and since when nobody does")
    func idleHint() {
        func use(_ lines: String...) -> MachineUse { IdleHint.use(lines, at: .seconds(1000)) }
        #expect(use("IdleHint=no", "IdleSinceHintMonotonic=400000000", "NCurrentSessions=1") == .used)
        #expect(use("IdleHint=yes", "IdleSinceHintMonotonic=400000000", "NCurrentSessions=2") == .idle(.seconds(600)))
        #expect(use("IdleHint=yes", "IdleSinceHintMonotonic=400000000") == .idle(.seconds(600)))
        // The hint may be a moment younger than the time that it is compared with.
        #expect(use("IdleHint=yes", "IdleSinceHintMonotonic=1000000001") == .idle(.zero))
        // Without a session, or since the machine started.
        #expect(use("IdleHint=no", "NCurrentSessions=0") == .idle(.seconds(1000)))
        #expect(use("IdleHint=yes", "IdleSinceHintMonotonic=0", "NCurrentSessions=1") == .idle(.seconds(1000)))
        for lines in [[], ["IdleHint=perhaps"], ["nonsense"]] {
            #expect(
                IdleHint.use(lines, at: .zero)
                    == .failed(
                        "loginctl does not report whether this machine is idle: its output has no \"IdleHint\"",
                        mayPass: false))
        }
    }
}
