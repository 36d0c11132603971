import Agent
import ManagerClient
import Synchronization
import TestSupport
import Testing

@Suite("An outage in the agent's log")
struct OutageTests {
    private let clock = ManualClock()

    @Test("a manager that is down for hours is in the log at once, after a minute, then less and less often")
    func saidLessAndLessOften() {
        let lines = Mutex<[String]>([])
        let outage = Outage(clock: clock, log: Log { entry in lines.withLock { $0.append(entry.message) } })
        var minutes: [Int] = []
        for minute in 0..<180 {
            let before = lines.withLock(\.count)
            outage.failed(ManagerError(request: "POST", reason: .unreachable("no route")))
            if lines.withLock(\.count) > before { minutes.append(minute) }
            clock.advance(by: .seconds(60))
        }
        #expect(minutes == [0, 1, 6, 31, 91, 151])

        outage.answered()
        #expect(lines.withLock(\.last) == "the manager answers again after 3 h")
        // The next outage begins anew.
        outage.failed(ManagerError(request: "POST", reason: .unreachable("no route")))
        clock.advance(by: .seconds(60))
        outage.failed(ManagerError(request: "POST", reason: .unreachable("no route")))
        #expect(lines.withLock(\.count) == minutes.count + 3)
    }
}
