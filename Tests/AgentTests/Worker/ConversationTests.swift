import SpoolSupport
import TestSupport
import Testing

@testable import Agent

@Suite("The end of a conversation with the manager", .timeLimit(.minutes(1)))
struct ConversationTests {
    private struct StrangeError: Error {}

    private let clock = ManualClock()
    private let lines = Recorder<String>()
    private var log: Log { Log { [lines] in lines.add($0.sentence) } }

    @Test("is its event, and nothing when it was cancelled")
    func expected() async {
        #expect(await Worker.event(of: { .acknowledged }, clock: clock, log: log) == .acknowledged)
        #expect(await Worker.event(of: { nil }, clock: clock, log: log) == nil)
        let cancelled = Task { [clock, log] in
            withUnsafeCurrentTask { $0?.cancel() }
            return await Worker.event(of: { throw CancellationError() }, clock: clock, log: log)
        }
        #expect(await cancelled.value == nil)
        #expect(lines.all.isEmpty)
    }

    @Test("is said at once, and an event after a minute, when nobody expected it")
    func unexpected() async {
        let ended = Task { [clock, log] in
            await Worker.event(of: { throw StrangeError() }, clock: clock, log: log)
        }
        await clock.waitForSleepers()
        #expect(lines.all == ["communication with the manager failed: StrangeError(); signing on again in 1 min"])
        #expect(clock.pendingSleeps == [.seconds(60)])
        clock.advance(by: .seconds(60))
        #expect(await ended.value == .conversationFailed("StrangeError()"))
    }
}
