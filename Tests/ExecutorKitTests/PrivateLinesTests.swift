import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ExecutorKit

@Suite("Lines for an executor alone")
struct PrivateLinesTests {
    /// What comes out of output in these parts, and the private lines.
    private func run(_ parts: [String]) -> (output: String, lines: [String]) {
        let lines = Mutex<[String]>([])
        var filter = PrivateLineFilter(PrivateLines(mark: "mark: ") { line in lines.withLock { $0.append(line) } })
        var output: [UInt8] = []
        for part in parts {
            var part = part
            part.withUTF8 { bytes in
                filter.take(UnsafeRawBufferPointer(bytes)) { output += $0 }
            }
        }
        output += filter.finish()
        return (String(decoding: output, as: UTF8.self), lines.withLock(\.self))
    }

    @Test("are taken out of the output, wherever parts of it end")
    func parts() {
        let text = "one\nmark: a\ntwo mark: b\nmark: c\nmar\nmark:d\nm"
        for cut in 0...text.count {
            let parts = [String(text.prefix(cut)), String(text.dropFirst(cut))]
            let (output, lines) = run(parts)
            #expect(output == "one\ntwo mar\nmark:d\nm", "\(cut)")
            #expect(lines == ["a", "b", "c"], "\(cut)")
        }
        let (output, lines) = run(text.map { String($0) })
        #expect(output == "one\ntwo mar\nmark:d\nm" && lines == ["a", "b", "c"])
    }

    @Test("have an end, or are none")
    func endless() {
        #expect(run(["x\nmark: a"]).output == "x\nmark: a")
        let long = "mark: " + String(repeating: "a", count: 70_000)
        #expect(run([long, "b\nc\n"]).output == long + "b\nc\n")
        #expect(run(["", "a", ""]).output == "a")
    }

    @Test("of a program are neither in its log nor among its lines")
    func program() async throws {
        let runner = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        let recorder = CommandRecorder()
        let seen = Mutex<[String]>([])
        let found = Mutex<[String]>([])
        _ = try await runner.run(
            Program("/bin/sh", ["-c", "echo one; echo \"$0$1 it\"; echo two", "mar", "k:"]), sink: recorder.sink,
            isFinished: nil,
            privateLines: PrivateLines(mark: "mark: ") { line in found.withLock { $0.append(line) } }
        ) { line in
            let text = line.text
            seen.withLock { $0.append(text) }
        }
        #expect(found.withLock(\.self) == ["it"])
        #expect(seen.withLock(\.self) == ["one", "two"])
        #expect(recorder.log.contains("\none\ntwo\n<"))
    }
}
