import Discovery
import System
import Testing

/// The bytes of a message, with CR and LF behind each line and an empty line at the end.
func message(_ lines: String...) -> [UInt8] { Array((lines + ["", ""]).joined(separator: "\r\n").utf8) }

@Suite("A message of SSDP")
struct SSDPMessageTests {
    @Test("has a first line, and fields whose names have no case")
    func fields() throws {
        let read = try SSDPMessage(
            message("HTTP/1.1 200 OK", "Ext:", "lOcAtIoN: \t http://10.0.0.1/ ", "SERVER:a:b: é"))
        #expect(read.start == "HTTP/1.1 200 OK")
        #expect(read["LOCATION"] == "http://10.0.0.1/" && read["ext"] == "" && read["Server"] == "a:b: é")
        #expect(read["USN"] == nil)
    }

    @Test(
        "that is not exactly so is refused in one sentence",
        arguments: [
            ([], "it does not end with an empty line"),
            (Array("HTTP/1.1 200 OK\r\nA: b\r\n".utf8), "it does not end with an empty line"),
            (Array("HTTP/1.1 200 OK\nA: b\n\n".utf8), "it does not end with an empty line"),
            (message("HTTP/1.1 200 OK", "A: b", "", "body"), "line 3 is not a field with a name and a value"),
            (
                Array("HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n".utf8),
                "line 2 has control characters, or does not end with CR LF"
            ),
            (
                message("HTTP/1.1 200 OK", "SERVER: \u{1B}[2J"),
                "line 2 has control characters, or does not end with CR LF"
            ),
            (
                message("HTTP/1.1 200\0OK", "A: b"),
                "line 1 has control characters, or does not end with CR LF"
            ),
            (message("HTTP/1.1 200 OK", "A"), "line 2 is not a field with a name and a value"),
            (message("HTTP/1.1 200 OK", "A b: c"), "line 2 is not a field with a name and a value"),
            (message("HTTP/1.1 200 OK", ": c"), "line 2 is not a field with a name and a value"),
            (message("HTTP/1.1 200 OK", " folded: c"), "line 2 is not a field with a name and a value"),
            (message("HTTP/1.1 200 OK", "ST: a", "st: b"), "it has two fields \"ST\""),
            ([0x48, 0xFF] + message("", "A: b"), "it is not UTF-8"),
            (message("HTTP/1.1 200 OK", "A: " + String(repeating: "b", count: 2048)), "it has more than 2048 bytes"),
            (
                Array(("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 32) + "\r\n").utf8),
                "it has more than 32 lines"
            ),
        ] as [([UInt8], String)])
    func refused(bytes: [UInt8], sentence: String) {
        let error = #expect(throws: SSDPError.self) { try SSDPMessage(bytes) }
        #expect(error?.description == sentence)
    }

    @Test("of any bytes is either understood or refused")
    func noise() {
        var numbers = SystemRandomNumberGenerator()
        let good = Array(ManagerNotice.answer(ManagerLocation(IPv4Address(bits: 1), port: 80), software: "x/1"))
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let read = try? SSDPMessage(bytes) else { continue }
            #expect(read.start.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" })
        }
    }
}
