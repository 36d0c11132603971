import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("The heartbeat of the agent", .timeLimit(.minutes(1)))
struct HeartbeatTests {
    /// An agent that answers when a test lets it.
    private final class Agent: Sendable {
        private let questions = Mutex<[@Sendable () -> Void]>([])
        let asked = AsyncStream<Void>.makeStream()

        func ask(_ whenAlive: @escaping @Sendable () -> Void) {
            questions.withLock { $0.append(whenAlive) }
            asked.continuation.yield()
        }

        func answer() {
            let all = questions.withLock { questions in
                defer { questions = [] }
                return questions
            }
            all.forEach { $0() }
        }

        var waiting: Int { questions.withLock(\.count) }
    }

    @Test("stops counting as alive when a question is not answered for ten seconds, until it is")
    func hangs() async {
        let clock = ManualClock()
        let agent = Agent()
        let beats = Mutex(0)
        let other = Agent()
        let heartbeat = Heartbeat(
            of: [Heartbeat.Part("the worker", ask: agent.ask), Heartbeat.Part("the task loop", ask: other.ask)],
            clock: clock
        ) { beats.withLock { $0 += 1 } }
        #expect(heartbeat.problem == nil)
        let running = Task { await heartbeat.run() }
        var questions = agent.asked.stream.makeAsyncIterator()
        await questions.next()
        agent.answer()
        #expect(beats.withLock(\.self) == 0)
        other.answer()
        #expect(beats.withLock(\.self) == 1)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        await questions.next()
        // One does not answer that question, and no other is asked.
        other.answer()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(heartbeat.problem == nil)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(heartbeat.problem == "no response for 10 s from the worker")
        #expect(agent.waiting == 1)
        agent.answer()
        #expect(heartbeat.problem == nil)
        #expect(beats.withLock(\.self) == 2)
        running.cancel()
        await running.value
    }

    @Test("says so when the agent does not even get round to asking")
    func heldUp() async {
        let clock = ManualClock()
        let heartbeat = Heartbeat(of: [Heartbeat.Part("the worker") { $0() }], clock: clock)
        let running = Task { await heartbeat.run() }
        await clock.waitForSleepers()
        running.cancel()
        await running.value
        clock.advance(by: .seconds(14))
        #expect(heartbeat.problem == nil)
        clock.advance(by: .seconds(1))
        #expect(heartbeat.problem == "the agent's threads have been blocked for 15 s")
    }

    @Test("beats as often as a service manager wants, and at least every five seconds")
    func interval() async {
        for (wanted, interval): (Duration?, Duration) in [
            (nil, .seconds(5)), (.seconds(30), .seconds(5)), (.seconds(1), .seconds(1)),
        ] {
            let clock = ManualClock()
            let heartbeat = Heartbeat(of: [Heartbeat.Part("the worker") { $0() }], every: wanted, clock: clock)
            let running = Task { await heartbeat.run() }
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [interval])
            running.cancel()
            await running.value
        }
    }
}
