import FlamencoAPI
import ManagerClient
import SpoolSupport
import Synchronization
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Rules of delivery")
struct DeliveryRuleTests {
    @Test(
        "a batch goes when 64 KiB wait or two seconds after the first byte, a status at once",
        arguments: [
            (WaitingUpdate(), BatchRule.Decision.nothing),
            (WaitingUpdate(bytes: 1, since: .seconds(9)), .waitUntil(.seconds(11))),
            (WaitingUpdate(bytes: 1, since: .seconds(8)), .send),
            (WaitingUpdate(bytes: 1, since: .seconds(3)), .send),
            (WaitingUpdate(bytes: 65535, since: .seconds(10)), .waitUntil(.seconds(12))),
            (WaitingUpdate(bytes: 65536, since: .seconds(10)), .send),
            (WaitingUpdate(since: .seconds(9), hasNews: true), .waitUntil(.seconds(11))),
            (WaitingUpdate(since: .seconds(10), hasNews: true, isUrgent: true), .send),
            (WaitingUpdate(isUrgent: true, hasEnded: true), .send),
            (WaitingUpdate(hasEnded: true), .close),
        ])
    func batches(waiting: WaitingUpdate, decision: BatchRule.Decision) {
        #expect(BatchRule().decision(for: waiting, at: .seconds(10)) == decision)
    }

    struct Answer: Sendable {
        var reason: ManagerError.Reason?
        var receipt: UpdateReceipt = .accepted
        var logBytes = 100
        var status: TaskStatus?
        var steps: Int?
        var step: DeliveryStep
    }

    @Test(
        "every answer has its step",
        arguments: [
            Answer(step: .advance),
            Answer(receipt: .notOurs, step: .abandon),
            Answer(reason: .unreachable("connection refused"), step: .retry),
            Answer(reason: .brokenReply("cut off"), status: .completed, step: .retry),
            Answer(reason: .busy(status: 500, message: nil, retryAfter: nil), step: .retry),
            Answer(reason: .busy(status: 429, message: nil, retryAfter: .seconds(3)), status: .failed, step: .retry),
            Answer(reason: .unauthorised(status: 401, message: nil), step: .pause),
            Answer(reason: .unauthorised(status: 403, message: nil), status: .completed, step: .pause),
            Answer(reason: .rejected(status: 404, code: nil, message: nil), status: .completed, step: .drop),
            Answer(reason: .rejected(status: 400, code: nil, message: nil), step: .drop),
            Answer(reason: .rejected(status: 400, code: 400, message: "x"), status: .failed, step: .sendStatusAlone),
            Answer(
                reason: .rejected(status: 400, code: nil, message: nil), logBytes: 0, status: .failed, step: .drop),
            Answer(
                reason: .rejected(status: 400, code: nil, message: nil), logBytes: 0, status: .failed, steps: 3,
                step: .sendStatusAlone),
            Answer(reason: .rejected(status: 400, code: nil, message: nil), logBytes: 0, steps: 3, step: .drop),
            Answer(
                reason: .rejected(status: 413, code: nil, message: nil), logBytes: 1 << 20, step: .sendLess(1 << 19)),
            Answer(reason: .rejected(status: 413, code: nil, message: nil), logBytes: 16 << 10, step: .drop),
        ])
    func answers(answer: Answer) {
        let update = OutgoingUpdate(
            status: answer.status, stepsCompleted: answer.steps, log: [UInt8](repeating: 0x41, count: answer.logBytes))
        let result: Result<UpdateReceipt, ManagerError> =
            answer.reason.map { .failure(ManagerError(request: "POST", reason: $0)) } ?? .success(answer.receipt)
        #expect(DeliveryStep.after(result, to: update, logBytes: answer.logBytes) == answer.step)
    }

    struct Plan: Sendable {
        var offset = 0
        var end: Int
        /// Offsets of statuses (true) and activities (false).
        var entries: [(Int, Bool)] = []
        var range: Range<Int>
        var rest: LogText.Rest
        var taken: Int
    }

    @Test(
        "an update reaches to the next status, and takes the activities on its way",
        arguments: [
            Plan(end: 0, range: 0..<0, rest: .mayFollow, taken: 0),
            Plan(end: 50, range: 0..<50, rest: .mayFollow, taken: 0),
            Plan(offset: 50, end: 50, range: 50..<50, rest: .mayFollow, taken: 0),
            Plan(end: 500, range: 0..<100, rest: .follows, taken: 0),
            Plan(end: 50, entries: [(0, true)], range: 0..<0, rest: .none, taken: 1),
            Plan(end: 50, entries: [(20, true)], range: 0..<20, rest: .none, taken: 1),
            Plan(end: 50, entries: [(10, false), (20, true), (20, false)], range: 0..<20, rest: .none, taken: 2),
            Plan(end: 500, entries: [(400, true)], range: 0..<100, rest: .follows, taken: 0),
            Plan(offset: 350, end: 500, entries: [(400, true)], range: 350..<400, rest: .none, taken: 1),
            Plan(end: 50, entries: [(10, false), (50, false)], range: 0..<50, rest: .mayFollow, taken: 2),
            Plan(end: 50, entries: [(0, true), (0, true)], range: 0..<0, rest: .none, taken: 1),
            Plan(offset: 30, end: 50, entries: [(20, true)], range: 30..<30, rest: .none, taken: 1),
        ])
    func plans(plan: Plan) {
        let entries = plan.entries.enumerated().map { index, entry in
            SpoolEntry(
                number: index + 1, offset: entry.0, time: 0, status: entry.1 ? .active : nil,
                activity: entry.1 ? nil : "x")
        }
        let made = DeliveryPlan(
            cursor: DeliveryCursor(offset: plan.offset), logEnd: plan.end, entries: entries, limit: 100)
        #expect(made.range == plan.range)
        #expect(made.rest == plan.rest)
        #expect(DeliveryPlan.entries(entries, upTo: made.range.upperBound).count == plan.taken)
    }

    @Test("a thousand agents whose manager comes back do not knock all at once")
    func herd() {
        var generator = SeededNumbers(seed: 11)
        // All lose the manager at the same moment; it comes back after ten minutes.
        let back = Duration.seconds(600)
        var arrivals: [Duration] = []
        for _ in 0..<1000 {
            let draws = Mutex(SeededNumbers(seed: generator.next()))
            var backoff = Backoff { draws.withLock { Double.random(in: 0..<1, using: &$0) } }
            var time = Duration.zero
            while time < back { time += backoff.next() }
            arrivals.append(time - back)
        }
        let inEachSecond = Dictionary(grouping: arrivals) { $0.components.seconds }.mapValues(\.count)
        // Evenly, 1000 agents over a window of up to 60 s; the time left of a draw makes the first seconds fuller.
        #expect(inEachSecond.values.max() ?? 0 < 70)
        #expect(inEachSecond.count > 40)
        #expect(arrivals.allSatisfy { $0 <= .seconds(60) })
    }
}

@Suite("The limit of a request")
struct BatchLimitTests {
    @Test("is halved by 413, and grows back while requests are taken, later each time that was in vain")
    func growsBack() {
        var limit = BatchLimit(largest: 512)
        limit.refused(next: 256)
        func acceptances() -> Int {
            let before = limit.bytes
            var count = 0
            while limit.bytes == before {
                limit.accepted()
                count += 1
            }
            return count
        }
        #expect(acceptances() == 16)
        #expect(limit.bytes == 512)
        limit.refused(next: 256)
        #expect(acceptances() == 32)
        for _ in 0..<10 {
            limit.refused(next: 256)
            _ = acceptances()
        }
        #expect(limit.bytes == 512)
        limit.refused(next: 256)
        #expect(acceptances() == BatchLimit.longestPatience)
    }
}
