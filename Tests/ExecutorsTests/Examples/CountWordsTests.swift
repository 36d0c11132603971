import FlamencoAPI
import TestSupport
import Testing

@Suite("count-words")
struct CountWordsTests {
    @Test("tells how many words there are")
    func counting() async throws {
        let bench = try Bench()
        let file = try bench.folder.write("poem.txt", "one two\nthree\n")
        try await bench.run("count-words", ["file": .string(file), "atLeast": 3])
        #expect(bench.recorder.activities == ["3 words"])
    }

    @Test("fails when there are too few")
    func tooFew() async throws {
        let bench = try Bench()
        let file = try bench.folder.write("poem.txt", "one two\nthree\n")
        let sentence = try await bench.failure("count-words", ["file": .string(file), "atLeast": 4])
        #expect(sentence == "\(file) has 3 words, but should have 4")
    }

    @Test("says which parameter is missing")
    func missing() async throws {
        let sentence = try await Bench().failure("count-words", [:])
        #expect(sentence == "parameter \"file\" is missing: expected a string")
    }
}
