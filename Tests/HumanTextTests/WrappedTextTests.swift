import HumanText
import Testing

@Suite("Wrapped text")
struct WrappedTextTests {
    @Test(
        "fills lines up to the width, and keeps long words whole",
        arguments: [
            ("", 10, []), ("one two", 7, ["one two"]), ("one two", 6, ["one", "two"]),
            ("a  b\n c", 10, ["a b c"]), ("a longer-than-that b", 6, ["a", "longer-than-that", "b"]),
        ])
    func lines(text: String, columns: Int, expected: [String]) {
        #expect(WrappedText.lines(text, columns: columns) == expected)
    }
}
