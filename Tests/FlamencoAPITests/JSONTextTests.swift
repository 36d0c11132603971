import FlamencoAPI
import FoundationEssentials
import TestSupport
import Testing

@Suite("JSON strings")
struct JSONTextTests {
    @Test("have escapes where JSON demands them, and nowhere else")
    func escapes() {
        #expect(JSONText.quoted("") == #""""#)
        #expect(JSONText.quoted("a/b ü Д 🎬 \u{7F}\u{2028}") == "\"a/b ü Д 🎬 \u{7F}\u{2028}\"")
        #expect(JSONText.quoted("\"\\\n\r\t\u{0}\u{8}\u{1B}\u{1F}") == ##""\"\\\n\r\t\u0000\u0008\u001b\u001f""##)
    }

    @Test("every character below U+0100 comes back at every place of a word", arguments: 0..<17)
    func everyByte(place: Int) throws {
        for code in UInt8.min...UInt8.max {
            let text = String(repeating: "x", count: place) + String(Character(Unicode.Scalar(code))) + "yz"
            let decoded = try WireJSON.decode([String].self, from: Data("[\(JSONText.quoted(text))]".utf8))
            #expect(decoded == [text])
        }
    }

    @Test("a thousand random texts come back from Foundation's decoder")
    func random() throws {
        var numbers = SeededNumbers(seed: 1)
        for _ in 0..<1000 {
            let text = numbers.text(upTo: 300)
            #expect(try WireJSON.decode([String].self, from: Data("[\(JSONText.quoted(text))]".utf8)) == [text])
        }
    }

    @Test("a text that is longer than what is escaped at a time is all there")
    func long() throws {
        var numbers = SeededNumbers(seed: 2)
        let text = String((0..<200).flatMap { _ in numbers.text(upTo: 200) })
        #expect(text.utf8.count > 10_000)
        #expect(try WireJSON.decode([String].self, from: Data("[\(JSONText.quoted(text))]".utf8)) == [text])
    }
}
