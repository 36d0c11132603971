import Agent
import FarmSupport
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("Whatever a program prints arrives", .timeLimit(.minutes(1)))
struct OutputFaultTests {
    @Test(
        "as text that a manager takes",
        arguments: [
            (#"printf 'a\000b\n'"#, "\na\u{FFFD}b\n"),
            (#"printf 'a\377b\n\303\n'"#, "\na\u{FFFD}b\n\u{FFFD}\n"),
            (#"printf '10%%\r20%%\r100%%\nend\n'"#, "\n100%\nend\n"),
            (#"printf 'no end'"#, "\nno end\n"),
            (#"printf 'before\n'; exec >&- 2>&-; sleep 0.1"#, "\nbefore\n"),
            (#"(sleep 0.05; echo late) & echo early"#, "\nearly\nlate\n"),
        ])
    func awkward(script: String, expected: String) async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let job = try await farm.submit([["sh", "-c", script]])
        try await until { try await farm.status(of: job) == .completed }
        let log = try await farm.log(of: job)
        #expect(log.contains(expected), "\(log.debugDescription)")
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("4 MiB without the end of a line arrive, as lines of 64 KiB")
    func noNewline() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let size = 4 << 20
        let job = try await farm.submit([["sh", "-c", "head -c \(size) /dev/zero | tr '\\0' x"]])
        try await until { try await farm.status(of: job) == .completed }
        let log = try await farm.log(of: job)
        #expect(log.utf8.count { $0 == UInt8(ascii: "x") } >= size)
        #expect(log.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 << 10 })
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}
