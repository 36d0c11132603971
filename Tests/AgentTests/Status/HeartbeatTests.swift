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
        let heartbeat = Heartbeat(clock: clock, ask: agent.ask) { beats.withLock { $0 += 1 } }
        #expect(heartbeat.problem == nil)
        let running = Task { await heartbeat.run() }
        var questions = agent.asked.stream.makeAsyncIterator()
        await questions.next()
        agent.answer()
        #expect(beats.withLock(\.self) == 1)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        await questions.next()
        // Nobody answers that one, and no other is asked.
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(heartbeat.problem == nil)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(heartbeat.problem == "the worker, or the sender of its updates, has not answered for 10 s")
        #expect(agent.waiting == 1)
        agent.answer()
        #expect(heartbeat.problem == nil)
        #expect(beats.withLock(\.self) == 2)
        running.cancel()
        await running.value
    }

    @Test("beats as often as a service manager wants, and at least every five seconds")
    func interval() async {
        for (wanted, interval): (Duration?, Duration) in [
            (nil, .seconds(5)), (.seconds(30), .seconds(5)), (.seconds(1), .seconds(1)),
        ] {
            let clock = ManualClock()
            let heartbeat = Heartbeat(every: wanted, clock: clock, ask: { $0() })
            let running = Task { await heartbeat.run() }
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [interval])
            running.cancel()
            await running.value
        }
    }
}
