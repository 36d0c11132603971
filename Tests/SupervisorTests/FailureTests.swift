import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("A program that cannot be started")
struct FailureTests {
    private func failure(_ program: Program, in bench: Bench = Bench()) async throws -> String {
        let error = await #expect(throws: ProgramError.self) { try await bench.run(program) }
        let description = try #require(error?.description)
        #expect(bench.recorder.lines.last { !$0.isEmpty } == "< \(description)")
        #expect(bench.alive.isEmpty)
        return description
    }

    @Test("is told apart by what is wrong with it", .timeLimit(.minutes(1)))
    func executables() async throws {
        let folder = try TemporaryFolder()
        try folder.write("plain", "")
        try folder.write("noise", "\u{1}\u{2}\u{3}", executable: true)
        try folder.write("script", "#!/nowhere/python\n", executable: true)
        func failure(_ name: String) async throws -> String {
            try await self.failure(Program(folder.path(name))).replacing(folder.url.path, with: "…")
        }
        #expect(try await failure("missing") == "could not start …/missing: no such file or directory")
        #expect(try await failure("plain") == "could not start …/plain: permission denied")
        #expect(try await failure("plain/file") == "could not start …/plain/file: not a directory")
        #expect(try await failure("noise") == "could not start …/noise: exec format error")
        #expect(
            try await failure("script")
                == "could not start …/script: the interpreter or loader that it names does not exist")
        #expect(try await self.failure(Program("/usr")) == "could not start /usr: is a directory")
    }

    @Test("is searched in the PATH that it would get", .timeLimit(.minutes(1)))
    func search() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a/tool", "not executable")
        try folder.write("b/tool", "#!/bin/sh\necho found \"$0\"\n", executable: true)
        try folder.write("c/tool/x", "")
        let path = "\(folder.path("c")):\(folder.path("a")):\(folder.path("b"))"
        let bench = Bench()
        _ = try await bench.run(Program("tool", environment: ["PATH": path]))
        #expect(bench.recorder.lines[1] == "found \(folder.path("b"))/tool")
        let missing = try await failure(Program("no-tool", environment: ["PATH": path]))
        #expect(missing == "cannot find \"no-tool\": searched \(path.replacing(":", with: ", "))")
        let only = try await failure(Program("tool", environment: ["PATH": folder.path("a")]))
        #expect(only == "could not start tool: permission denied")
    }

    @Test("says what could not be done for it", .timeLimit(.minutes(1)))
    func preparation() async throws {
        #expect(
            try await failure(Program("true", workingDirectory: "/nowhere"))
                == "could not start true in /nowhere: no such file or directory")
        var bench = Bench()
        bench.runner.defaults.controlGroup = "/proc/nowhere"
        #expect(
            try await failure(Program("true"), in: bench)
                .hasPrefix("could not start true: could not create the control group /proc/nowhere/task-"))
        #expect(
            try await failure(Program("printf", [String(repeating: "x", count: 1 << 20)]))
                == "could not start printf: argument list too long")
        #expect(
            try await failure(Program("true", ["a\0b"]))
                == "could not start true: its arguments or variables contain a NUL character")
        #expect(
            try await failure(Program("true", environment: ["A=B": "c"]))
                == "could not start true: \"A=B\" is not a valid name for a variable")
    }

    @Test("is told from a supervisor that cannot", .timeLimit(.minutes(1)))
    func supervisor() async throws {
        let recorder = CommandRecorder()
        let missing = ProgramRunner(supervisor: "/nowhere/task-supervisor")
        let error = await #expect(throws: ProgramError.self) {
            try await missing.run(Program("true"), sink: recorder.sink)
        }
        #expect(error?.description.hasPrefix("could not run true: cannot start /nowhere/task-supervisor: ") == true)
        let silent = ProgramRunner(supervisor: "/bin/true")
        await #expect(
            throws: ProgramError(
                executable: "true",
                reason: .supervisor("task-supervisor exited without reporting a result (exit status 0)"))
        ) { try await silent.run(Program("true"), sink: recorder.sink) }
    }

    @Test("is not searched for when the supervisor is missing: that is the agent's problem at its start")
    func location() throws {
        let folder = try TemporaryFolder()
        let agent = try folder.write("bin/flamenco-agent", "", executable: true)
        let error = #expect(throws: SupervisorMissingError.self) { try ProgramRunner.locateSupervisor(beside: agent) }
        #expect(
            error?.description.replacing(folder.url.path, with: "…")
                == "cannot find task-supervisor, which is needed to run programs: searched …/bin/task-supervisor, "
                + "…/libexec/flamenco-agent/task-supervisor")
        let far = try folder.write("libexec/flamenco-agent/task-supervisor", "", executable: true)
        #expect(try ProgramRunner.locateSupervisor(beside: agent) == far)
        let near = try folder.write("bin/task-supervisor", "", executable: true)
        #expect(try ProgramRunner.locateSupervisor(beside: agent) == near)
    }
}
