import TestSupport
import Testing

@testable import Spool

@Suite("Log text")
struct LogTextTests {
    private func convert(
        _ pieces: [[UInt8]], rest: LogText.Rest = .none
    ) -> (text: String, left: [UInt8]) {
        var state = LogText.State()
        var left: [UInt8] = []
        var output: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            var text = LogText(after: state)
            let input = left + piece
            let used = input.withUnsafeBytes {
                text.append($0, rest: index == pieces.count - 1 ? rest : .mayFollow)
            }
            left = Array(input.dropFirst(used))
            output += text.bytes
            state = text.state
        }
        return (String(decoding: output, as: UTF8.self), left)
    }

    @Test(
        "of a redrawn line only the last state is kept",
        arguments: [
            ("one\ntwo\n", "one\ntwo\n"),
            ("10%\r20%\r30%\n", "30%\n"),
            ("\r10%\r20%", "20%"),
            ("10%\r20%\r", "20%"),
            ("dos\r\nlines\r\n", "dos\nlines\n"),
            ("dos\r\r\n\r\n", "dos\n\n"),
            ("a\rb\nc\rd\ne", "b\nd\ne"),
            ("gr\u{FC}n\rÄ\n", "Ä\n"),
            ("a\r\u{0}", "\u{FFFD}"),
            ("\r\r\r", ""),
            ("", ""),
        ])
    func redraws(raw: String, text: String) {
        #expect(convert([Array(raw.utf8)]).text == text)
    }

    @Test("a state that was sent is left behind, and the next one begins a new line")
    func redrawAcrossPieces() {
        #expect(convert(["10%\r20%", "\r30%\r40%", "\rdone\n"].map { Array($0.utf8) }).text == "20%\n40%\ndone\n")
        #expect(convert(["one\r", "\ntwo"].map { Array($0.utf8) }).text == "one\ntwo")
        #expect(convert(["one", "\r", "\r", "two\n"].map { Array($0.utf8) }).text == "one\ntwo\n")
        #expect(convert(["\r", "one\n"].map { Array($0.utf8) }).text == "one\n")
    }

    @Test(
        "what is not UTF-8 becomes U+FFFD as the standard library has it, in pieces of every size",
        arguments: [
            [0x61, 0xFF, 0x62], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
            [0xF0, 0x9F, 0x98, 0x80, 0x0A], [0xF0, 0x9F, 0x41], [0xE2, 0x82, 0xAC, 0xE2, 0x28, 0xA1], [0x80, 0xBF],
            [0xC3, 0xA4, 0xC3], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func invalid(raw: [UInt8]) {
        let expected = String(decoding: raw, as: UTF8.self)
        for size in 1...raw.count {
            let pieces = stride(from: 0, to: raw.count, by: size).map { Array(raw[$0..<min($0 + size, raw.count)]) }
            #expect(convert(pieces).text == expected, "pieces of \(size)")
        }
    }

    @Test("random bytes give the same text in one piece and in many, and it is valid")
    func random() {
        var generator = SeededNumbers(seed: 7)
        for _ in 0..<300 {
            let alphabet: [UInt8] = [0x41, 0x0A, 0xC3, 0xA4, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xFF, 0x20]
            let raw = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            var pieces: [[UInt8]] = []
            var rest = raw[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...20, using: &generator)
                pieces.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let whole = convert([raw]).text
            #expect(whole == String(decoding: raw, as: UTF8.self))
            #expect(convert(pieces).text == whole)
        }
    }

    @Test("NUL becomes U+FFFD, other control characters stay")
    func control() { #expect(convert([[0x61, 0, 0x1B, 0x5B, 0x6D, 0x07]]).text == "a\u{FFFD}\u{1B}[m\u{07}") }

    @Test("an unfinished character waits for its rest")
    func unfinished() {
        let half = convert([[0x61, 0xE2, 0x82]], rest: .mayFollow)
        #expect(half.text == "a")
        #expect(half.left == [0xE2, 0x82])
        #expect(convert([[0x61, 0xE2, 0x82]]).text == "a\u{FFFD}")
    }

    @Test("a long line is cut at a character, and nothing of it is lost", arguments: ["x", "ä", "€", "😀", "a€"])
    func longLines(character: String) {
        let raw = String(repeating: character, count: 200_000)
        let text = convert([Array(raw.utf8)]).text
        #expect(text.replacing("\n", with: "") == raw)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= LogText.longestLine })
        #expect(lines.dropLast().allSatisfy { $0.utf8.count > LogText.longestLine - 4 })
        let pieces = stride(from: 0, to: raw.utf8.count, by: 1000).map { Array(raw.utf8.dropFirst($0).prefix(1000)) }
        if character == "x" { #expect(convert(pieces).text == text) }
    }

    @Test("a line of the longest length is not cut")
    func longestLine() {
        let line = String(repeating: "x", count: LogText.longestLine) + "\n"
        #expect(convert([Array((line + line).utf8)]).text == line + line)
        #expect(convert([Array(line.utf8.dropLast()), Array("\n".utf8)]).text == line)
    }

    @Test("a piece with more behind it ends at a line end")
    func follows() {
        let (text, left) = convert([Array("one\ntwo\nthr".utf8)], rest: .follows)
        #expect(text == "one\ntwo\n")
        #expect(left == Array("thr".utf8))
    }

    @Test("a line of the agent stands on its own")
    func note() {
        var text = LogText(after: LogText.State(column: 3))
        text.note("[note]")
        #expect(String(decoding: text.bytes, as: UTF8.self) == "\n[note]\n")
        #expect(text.state == LogText.State())
    }
}
