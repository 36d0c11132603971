import Testing

@testable import Agent

@Suite("Refusals")
struct RefusalsTests {
    @Test(
        "cost the credentials when there are three over at least ten seconds",
        arguments: [
            ([0], false), ([0, 20], false), ([0, 1, 9], false), ([0, 1, 10], true), ([5, 6, 14, 15], true),
        ])
    func rule(seconds: [Int], givenUp: Bool) {
        var refusals = Refusals()
        let verdicts = seconds.map { refusals.refused(at: .seconds($0)) }
        #expect(verdicts.last == givenUp)
        #expect(!verdicts.dropLast().contains(true))
    }

    @Test("begin anew after any other answer")
    func reset() {
        var refusals = Refusals()
        _ = refusals.refused(at: .seconds(0))
        _ = refusals.refused(at: .seconds(5))
        refusals.reset()
        let verdict = refusals.refused(at: .seconds(20))
        #expect(!verdict)
    }
}
