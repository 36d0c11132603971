import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A log that nobody reads", .timeLimit(.minutes(2)))
struct UnreadLogTests {
    /// A named pipe without any room left, and somebody who has it open but does not read.
    private func fullPipe(at path: String) throws -> FileHandle {
        try #require(mkfifo(path, 0o600) == 0)
        let descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0)
        let filling = [UInt8](repeating: 0x0A, count: 4096)
        while write(descriptor, filling, filling.count) > 0 {}
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func start(_ program: String, _ arguments: [String], sending stream: String, to pipe: String) throws
        -> RunningProgram
    {
        try RunningProgram(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" \(stream)>\(pipe)", BuiltProducts.path(program)] + arguments)
    }

    @Test("stops neither the tasks of an agent nor its end")
    func agent() async throws {
        let farm = try await TestFarm()
        let pipe = farm.folder.path("log")
        let reader = try fullPipe(at: pipe)
        let agent = try start(
            "flamenco-agent",
            [
                "run", "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("agent"),
                "--log-level", "debug", "--running-poll-interval", "200ms", "--task-poll-interval", "200ms",
            ], sending: "2", to: pipe)
        let (output, exit) = try await farm.submit(
            "--type", "echo-sleep-test", "--set", "sleep_duration_seconds=0", "--set", "message=hi")
        #expect(exit == .status(0), "\(output)")
        agent.send(SIGTERM)
        #expect(await agent.exit() == .status(0))
        withExtendedLifetime(reader) {}
        await farm.stop()
    }

    @Test("does not stop manager-lite, and is written when somebody reads it")
    func manager() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("output")
        let reader = try fullPipe(at: pipe)
        let manager = try start("manager-lite", ["serve", "--listen", "127.0.0.1:0"], sending: "", to: pipe)
        var text = ""
        while !text.contains("manager-lite listens on ") {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(reader.fileDescriptor, &buffer, buffer.count)
            if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
            if count <= 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
        manager.send(SIGTERM)
        #expect(await manager.exit() == .status(0))
    }
}
