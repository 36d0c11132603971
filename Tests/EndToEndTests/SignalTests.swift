import Foundation
import TestSupport
import Testing

@Suite("A signal that asks to end", .timeLimit(.minutes(1)))
struct SignalTests {
    @Test("is heard once, also right after the program says that it is up")
    func heard() async throws {
        let folder = try TemporaryFolder()
        for _ in 0..<15 {
            let manager = try RunningProgram(
                BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0"])
            _ = await manager.line(with: "listens on")
            manager.send(SIGTERM)
            #expect(await manager.exit() == .status(0))
            let agent = try RunningProgram(
                BuiltProducts.path("flamenco-agent"),
                ["run", "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state")])
            _ = await agent.line(with: "works for")
            agent.send(SIGTERM)
            let ended = await agent.end()
            #expect(ended.exit == .status(0), "\(ended.output)")
            let notes = ended.output.split(separator: "\n").filter { $0.hasSuffix("received SIGTERM, stopping") }
            #expect(notes.count == 1, "\(ended.output)")
        }
    }
}
