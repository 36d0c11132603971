import CommandLineOptions
import Testing

@Suite("The line that says how far something is")
struct ProgressLineTests {
    private func text(
        _ fraction: Double?, steps: Int = 0, _ activity: String = "", columns: Int = 80
    ) -> String {
        var line = ProgressLine()
        line.fraction = fraction
        line.steps = steps
        line.activity = activity
        return line.text(columns: columns)
    }

    @Test("says nothing as long as nothing is known")
    func nothing() { #expect(text(nil) == "") }

    @Test("has a bar where it is known how much is done")
    func bar() {
        let empty = String(repeating: "·", count: 26)
        #expect(text(0) == empty + "   0 %")
        #expect(text(0.5) == String(repeating: "█", count: 13) + String(repeating: "·", count: 13) + "  50 %")
        #expect(text(0.999) == String(repeating: "█", count: 25) + "·  99 %")
        #expect(text(1) == String(repeating: "█", count: 26) + " 100 %")
        #expect(text(7) == text(1))
        #expect(text(-7) == text(0))
        #expect(
            text(0.5, columns: 200) == String(repeating: "█", count: 15) + String(repeating: "·", count: 15) + "  50 %")
    }

    @Test("has steps and activity beside it")
    func words() {
        #expect(text(nil, steps: 1) == "1 step")
        #expect(text(nil, steps: 3, "Baking") == "3 steps  Baking")
        #expect(text(1, steps: 3, "Baking", columns: 9) == "███ 100 …")
        #expect(text(nil, "a\u{1B}[2Jb\rc\n") == "a␛[2Jb␍c␊")
    }

    @Test("is never wider than there is room", arguments: [0, 1, 2, 10, 25, 40, 79, 80])
    func width(columns: Int) {
        #expect(text(0.3, steps: 12, "a long story, and more of it", columns: columns).count <= max(columns, 1))
    }
}
