import HumanText
import Testing

@Suite("A time in a header field")
struct HTTPDateTests {
    @Test(
        "is what RFC 9110 says",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ])
    func text(second: Int, text: String) {
        #expect(HTTPDate.text(second) == text)
        #expect(HTTPDate.parse(text) == second)
    }

    @Test("comes back from its text, for each day of 400 years")
    func everyDay() {
        let day = 86400
        for second in stride(from: -12_622_780_800 / 2, to: 12_622_780_800 / 2, by: day + 1) {
            #expect(HTTPDate.parse(HTTPDate.text(second)) == second)
        }
    }

    @Test(
        "is nothing in any other form",
        arguments: [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
        ])
    func wrong(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
