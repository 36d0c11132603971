import Testing

@testable import Agent

@Suite("Rejected credentials")
struct CredentialRejectionsTests {
    @Test(
        "cost the credentials when there are three over at least ten seconds",
        arguments: [
            ([0], false), ([0, 20], false), ([0, 1, 9], false), ([0, 1, 10], true), ([5, 6, 14, 15], true),
        ])
    func rule(seconds: [Int], givenUp: Bool) {
        var rejections = CredentialRejections()
        let verdicts = seconds.map { rejections.rejected(at: .seconds($0)) }
        #expect(verdicts.last == givenUp)
        #expect(!verdicts.dropLast().contains(true))
    }

    @Test("begin anew after any other answer")
    func reset() {
        var rejections = CredentialRejections()
        _ = rejections.rejected(at: .seconds(0))
        _ = rejections.rejected(at: .seconds(5))
        rejections.reset()
        let verdict = rejections.rejected(at: .seconds(20))
        #expect(!verdict)
    }
}
