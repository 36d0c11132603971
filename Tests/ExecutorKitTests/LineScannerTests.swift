import Testing

@testable import ExecutorKit

@Suite("Lines in a stream of bytes")
struct LineScannerTests {
    private func lines(_ bytes: [UInt8], pieces: Int) -> [[UInt8]] {
        var scanner = LineScanner()
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            Array(rest.prefix(pieces)).withUnsafeBytes { piece in
                scanner.scan(piece) { lines.append(Array($0.bytes)) }
            }
            rest = rest.dropFirst(pieces)
        }
        scanner.finish { lines.append(Array($0.bytes)) }
        return lines
    }

    @Test(
        "end with any kind of end, in any pieces",
        arguments: [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n\n", ["", ""]),
            ("a\r\nb\r\n", ["a", "b"]),
            ("10%\r20%\r30%\n", ["10%", "20%", "30%"]), ("a\r\r\nb", ["a", "", "b"]), ("a\n\rb", ["a", "", "b"]),
            ("\r", [""]), ("\r\n", [""]), ("a\r\n\nb", ["a", "", "b"]), ("ü\nü\r", ["ü", "ü"]),
        ] as [(String, [String])])
    func ends(text: String, expected: [String]) {
        for pieces in 1...6 {
            #expect(lines(Array(text.utf8), pieces: pieces) == expected.map { Array($0.utf8) })
        }
    }

    @Test("are cut when they are too long, between characters", arguments: [1000, 65536, 200_000, 4096])
    func long(pieces: Int) {
        // Characters of one to four bytes, so that the limit falls anywhere into them.
        for offset in 0..<8 {
            let text = String(repeating: "x", count: offset) + String(repeating: "aüあ😀", count: 20_000)
            let found = lines(Array((text + "\nend\n").utf8), pieces: pieces)
            #expect(found.last == Array("end".utf8))
            #expect(found.dropLast().allSatisfy { (65533...65536).contains($0.count) || $0 == found[found.count - 2] })
            #expect(found.dropLast().allSatisfy { String(validating: $0, as: UTF8.self) != nil })
            // Compared before it is expected: an explanation of how two such arrays differ would take for ever.
            let isComplete = found.dropLast().flatMap(\.self) == Array(text.utf8)
            #expect(isComplete)
        }
    }

    @Test("that are no text are cut too", arguments: [0x80, 0xFF, 0x00] as [UInt8])
    func noText(byte: UInt8) {
        let bytes = [UInt8](repeating: byte, count: 300_000)
        for pieces in [999, 262_144] {
            let found = lines(bytes, pieces: pieces)
            let isComplete = found.flatMap(\.self) == bytes
            #expect(isComplete)
            #expect(found.allSatisfy { $0.count <= LineScanner.limit })
        }
    }

    private static let tricky: [UInt8] = [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "a"), 0xC3]

    @Test("are the same however the stream is cut")
    func pieces() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let count = Int.random(in: 0...300, using: &random)
            let bytes = (0..<count).map { _ -> UInt8 in Self.tricky.randomElement(using: &random) ?? 0 }
            let whole = lines(bytes, pieces: 1000)
            for pieces in [1, 2, 3, 17] { #expect(lines(bytes, pieces: pieces) == whole) }
        }
    }
}
