import Service
import Testing

@Suite("A plan of faults")
struct ChaosPlanTests {
    private func draws(_ text: String, seed: UInt64, count: Int = 10_000) throws -> [ChaosPlan.Fault?] {
        let plan = try ChaosPlan(text)
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in plan.draw(with: &generator).fault }
    }

    @Test("each fault gets its share, and the rest goes well")
    func shares() throws {
        let drawn = try draws("500:5%,hang:1%,drop-reply:2%,cut-reply:3%,drop-request:4%", seed: 1)
        let counts = Dictionary(grouping: drawn, by: \.self).mapValues(\.count)
        for (fault, percent) in [
            (ChaosPlan.Fault.status(500), 5), (.hang, 1), (.dropReply, 2), (.cutReply, 3), (.dropRequest, 4),
        ] {
            #expect(((percent * 70)...(percent * 130)).contains(counts[fault] ?? 0), "\(fault)")
        }
        #expect(counts[nil, default: 0] > 8000)
    }

    @Test("the same seed gives the same faults, another seed gives others")
    func seeds() throws {
        let text = "503:30%,hang:30%"
        #expect(try draws(text, seed: 7) == draws(text, seed: 7))
        #expect(try draws(text, seed: 7) != draws(text, seed: 8))
    }

    @Test(
        "every request waits within the bounds",
        arguments: [
            ("latency:50-300ms", Duration.milliseconds(50)...Duration.milliseconds(300)),
            ("latency:1s-2s", .seconds(1)...(.seconds(2))),
            ("latency:100ms", .milliseconds(100)...(.milliseconds(100))),
        ])
    func latency(text: String, bounds: ClosedRange<Duration>) throws {
        let plan = try ChaosPlan(text)
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1000 { #expect(bounds.contains(plan.draw(with: &generator).latency)) }
    }

    @Test(
        "what makes no sense is named",
        arguments: [
            ("500", "\"500\" should be a fault and its share, for example 500:5%, or latency:50-300ms"),
            ("500:5", "\"5\" should be a share such as 5%"),
            (
                "200:5%",
                "\"200\" is not a fault: use hang, drop-request, drop-reply, cut-reply, latency, or a status from 400 to 599"
            ),
            ("hang:60%,500:50%", "the faults add up to more than 100%"),
            ("latency:3-1s", "\"3-1s\" should be a duration such as 100ms or 50-300ms"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: ChaosError.self) { try ChaosPlan(text) }
        #expect(error?.description == message)
    }
}
