import Synchronization
import TestSupport
import Testing

@testable import ExecutorKit

@Suite("The output of an executor that is a program of its own")
struct MessageOutputTests {
    private final class Written: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
        func append(_ piece: [UInt8]) { bytes.withLock { $0 += piece } }
    }

    private let written = Written()
    private let clock = ManualClock()
    private let output: MessageOutput

    init() { output = MessageOutput(folder: "/tmp/task", clock: clock, write: written.append) }

    private func log(_ text: String) {
        var text = text
        text.withUTF8 { output.sink.send(.log(UnsafeRawBufferPointer($0))) }
    }

    /// What the agent takes from it.
    private var messages: [OutputMessage] {
        var scanner = LineScanner()
        var messages: [OutputMessage] = []
        Array(written.text.utf8).withUnsafeBytes { bytes in
            scanner.scan(bytes) { line in if let message = OutputMessage(line) { messages.append(message) } }
        }
        return messages
    }

    @Test("has a message for everything that a command says, which the agent takes as such")
    func everything() {
        let sink = output.sink
        sink.send(.began(name: "x", number: 1, count: 1))
        sink.send(.activity("Baking\nlights"))
        sink.send(.activity(""))
        sink.send(.progress(0.29))
        sink.send(.stepCompleted)
        sink.send(.stepCompleted)
        sink.send(.output("/renders/1.png"))
        sink.send(.output("2.png"))
        sink.log(line: "a line")
        output.finish(failure: "no camera")
        #expect(
            messages == [
                .status("Baking␊lights"), .progress(29), .step(1), .step(2), .output("/renders/1.png"),
                .output("/tmp/task/2.png"), .failure("no camera"),
            ])
        #expect(written.text.hasSuffix("\na line\nopenjd_fail: no camera\n"))
    }

    @Test("lets a message wait for the end of a line")
    func incompleteLine() {
        log("one\ntw")
        output.sink.send(.activity("x"))
        output.sink.send(.stepCompleted)
        #expect(written.text == "one\ntw")
        log("o\nthree\nfou")
        #expect(written.text == "one\ntwo\nthree\nopenjd_status: x\nflamenco_step: 1\nfou")
        output.finish(failure: nil)
        #expect(written.text.hasSuffix("\nfou\n"))
    }

    @Test("breaks a line that stays incomplete for more than a second")
    func brokenLine() {
        log("...")
        output.sink.send(.activity("x"))
        clock.advance(by: .seconds(1))
        log(".")
        #expect(written.text == "....")
        clock.advance(by: .milliseconds(1))
        log(".")
        #expect(written.text == ".....\nopenjd_status: x\n")
    }

    @Test("gives out messages that wait when the command ends")
    func waitingAtTheEnd() {
        log("...")
        output.sink.send(.activity("x"))
        output.finish(failure: nil)
        #expect(written.text == "...\nopenjd_status: x\n")
    }

    @Test(
        "has no line in its log that would be taken for a message, whatever pieces the log comes in",
        arguments: [
            ("openjd_status: x\n", " openjd_status: x\n"), ("a\nflamenco_step: 3\n", "a\n flamenco_step: 3\n"),
            ("a\ropenjd_fail: x\r\n", "a\r openjd_fail: x\r\n"), ("open\nopenjd\nflamenco", "open\nopenjd\nflamenco\n"),
            (" openjd_status: x\n\n", " openjd_status: x\n\n"),
            ("openjd_openjd_status: x", " openjd_openjd_status: x\n"),
            ("flamenco_", " flamenco_\n"), ("ofo\nü", "ofo\nü\n"), ("", ""),
        ])
    func logText(text: String, expected: String) {
        for length in 1...7 {
            var guarded = UnmistakableText()
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: text.utf8.count, by: length) {
                Array(Array(text.utf8)[start...].prefix(length)).withUnsafeBytes { guarded.append($0, to: &bytes) }
            }
            #expect(String(decoding: bytes + guarded.finish(), as: UTF8.self) == expected)
        }
    }
}
