import HumanText
import Testing

@Suite("Spans of time")
struct DurationTextTests {
    @Test(
        "are read with and without units",
        arguments: [
            ("10", Duration.seconds(10)), ("0.5", .milliseconds(500)), ("500ms", .milliseconds(500)),
            ("10s", .seconds(10)), ("2 m", .seconds(120)), ("1h30m", .seconds(5400)), ("1d", .seconds(86400)),
        ])
    func parsing(text: String, span: Duration) { #expect(DurationText.parse(text) == span) }

    @Test(
        "are refused when they make no sense",
        arguments: [
            "", " ", "s", "10 parsecs", "-1", "1h-2m", "nan", "inf", "1..2s", "1e30", "99999999999999999d",
            "9999999999s9999999999s",
        ])
    func refused(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(
        "are said exactly enough",
        arguments: [
            (Duration.milliseconds(12), "12 ms"), (.milliseconds(3400), "3.4 s"), (.seconds(10), "10 s"),
            (.seconds(125), "2 min 5 s"), (.seconds(3600), "1 h"), (.seconds(3720), "1 h 2 min"), (.zero, "0 ms"),
            (.milliseconds(59_990), "1 min"),
        ])
    func words(span: Duration, text: String) { #expect(DurationText.text(span) == text) }
}
