import Foundation
import TestSupport
import Testing

@Suite("flush and logs without a state folder", .timeLimit(.minutes(1)))
struct StateFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        mkdir(folder.path("tmp"), 0o700)
    }

    private func run(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), arguments,
            environment: ["XDG_STATE_HOME": folder.path("home"), "TMPDIR": folder.path("tmp")])
        return await program.end()
    }

    @Test("name the folders where they looked, say that nothing is there, and make none", arguments: ["flush", "logs"])
    func nowhere(command: String) async throws {
        let (exit, output) =
            try await command == "flush" ? run("flush", "--manager-url", "http://127.0.0.1:1") : run("logs")
        #expect(exit == .status(1))
        #expect(
            output.contains(
                "there are no logs of tasks in \(folder.path("home"))/flamenco-agent or /var/lib/flamenco-agent"),
            "\(output)")
        #expect(try folder.names() == ["tmp"])
    }

    @Test("find what is there, and name it")
    func found() async throws {
        try folder.write("home/flamenco-agent/spool/version", "1\n")
        try folder.write("tmp/flamenco-agent.abcdef/spool/version", "1\n")
        let flushed = try await run("flush", "--manager-url", "http://127.0.0.1:1")
        #expect(flushed.exit == .status(0))
        #expect(flushed.output == "everything in \(folder.path("home"))/flamenco-agent was delivered\n")
        mkdir(folder.path("home/flamenco-agent/spool/tasks"), 0o700)
        mkdir(folder.path("tmp/flamenco-agent.abcdef/spool/tasks"), 0o700)
        let logs = try await run("logs")
        #expect(logs.exit == .status(0))
        for place in ["home/flamenco-agent", "tmp/flamenco-agent.abcdef"] {
            #expect(logs.output.contains("\(folder.path(place))/spool contains no task logs\n"), "\(logs.output)")
        }
    }
}
