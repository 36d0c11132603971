import Service
import Testing

@testable import Swarm

@Suite("A histogram of latencies")
struct HistogramTests {
    @Test("small values are exact")
    func exact() {
        var histogram = Histogram()
        for value in 1...100 { histogram.add(value) }
        #expect(histogram.value(at: 0.5) == 50)
        #expect(histogram.value(at: 0.99) == 99)
        #expect(histogram.value(at: 0.999) == 100)
        #expect(histogram.value(at: 1) == 100)
        #expect(histogram.largest == 100)
        #expect(histogram.mean == 50.5)
    }

    @Test("percentiles are never below those of the sorted values, nor more than a hundredth above", arguments: 1...5)
    func accuracy(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // From microseconds to minutes.
        let values = (0..<5000).map { _ in 1 << Int.random(in: 0...26, using: &generator) }
            .map { Int.random(in: 0...$0, using: &generator) }
        var histogram = Histogram()
        values.forEach { histogram.add($0) }
        let sorted = values.sorted()
        for share in [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = sorted[max(0, Int((share * 5000).rounded(.up)) - 1)]
            let value = histogram.value(at: share)
            #expect(value >= exact && Double(value) <= Double(exact) * 1.01, "\(share): \(value), not \(exact)")
        }
    }

    @Test("two together are one of all values, and none has values of zero")
    func merging() {
        var (first, second, both) = (Histogram(), Histogram(), Histogram())
        #expect(both.value(at: 0.99) == 0)
        #expect(both.mean == 0)
        for value in [3, 70_000, -5, 900] {
            first.add(value)
            both.add(value)
        }
        for value in [1, 12_345_678] {
            second.add(value)
            both.add(value)
        }
        first.add(second)
        #expect(first == both)
        #expect(both.count == 6)
        #expect(both.value(at: 0.01) == 0, "what is below zero counts as zero")
    }
}

@Suite("What a swarm is told in words")
struct TaskTimeTests {
    @Test(
        "times of tasks",
        arguments: [
            ("5s±2s", 3.0, 7.0), ("5s", 5, 5), ("1m+-30s", 30, 90), ("100ms+/-100ms", 0, 0.2), ("2±1s", 1, 3),
        ])
    func times(text: String, least: Double, most: Double) throws {
        let time = try #require(TaskTime(text))
        #expect(time.range == .seconds(least)...(.seconds(most)))
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<100 { #expect(time.range.contains(time.draw(using: &generator))) }
    }

    @Test("what is none", arguments: ["", "±", "5s±", "5s±6s", "5s±1s±1s", "fast", "-5s"])
    func none(text: String) { #expect(TaskTime(text) == nil) }
}

@Suite("An agenda")
struct AgendaTests {
    @Test("gives out what is due by its time, then in the order in which it was entered", arguments: 1...5)
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var agenda = Agenda<Int>()
        var entered: [(time: Int, number: Int)] = []
        for number in 0..<500 {
            let time = Int.random(in: 0..<50, using: &generator)
            entered.append((time, number))
            agenda.add(number, at: .seconds(time))
        }
        #expect(agenda.takeFirst(dueAt: .seconds(-1)) == nil)
        var given: [Int] = []
        while let (_, number) = agenda.takeFirst(dueAt: .seconds(24)) { given.append(number) }
        let due = entered.filter { $0.time <= 24 }.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
        #expect(given == due.map(\.number))
        #expect(agenda.nextTime.map { $0 > .seconds(24) } == true)
    }
}
