import FlamencoAPI
import TestSupport
import Testing

@Suite("greet-everyone")
struct GreetEveryoneTests {
    @Test("greets everybody")
    func greeting() async throws {
        let bench = try Bench()
        try await bench.run("greet-everyone", ["names": ["Ada", "Grace"]])
        #expect(bench.report.log.contains("\nHello, Ada!\n"))
        #expect(bench.report.activities == ["greeting Ada", "greeting Grace"])
        #expect(bench.report.steps == 2)
    }

    @Test("says why it failed")
    func nobody() async throws {
        #expect(try await Bench().failure("greet-everyone", ["names": []]) == "there is nobody to greet")
    }
}
