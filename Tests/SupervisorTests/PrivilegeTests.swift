import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite(
    "Below an agent that is not root", .enabled(if: geteuid() == 0, "only root can start one"), .timeLimit(.minutes(1)))
struct PrivilegeTests {
    /// Two ids that nobody has.
    private static let (agent, other) = (65_533, 65_532)
    private static let none = "0000000000000000"
    private static let toSignalOthers = "0000000000000020"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.url.path, 0o755)
        for name in ["stand-in-agent", "task-supervisor"] { try BuiltProducts.copy(name, to: folder.path(name)) }
    }

    /// An agent that runs a line of shell, with the right to change users or without.
    private func start(
        _ line: String, as user: Int? = nil, mayChangeUsers: Bool = true, isDebuggable: Bool = false
    ) throws -> RunningProgram {
        let capabilities = "-all" + (mayChangeUsers ? ",+setuid,+setgid,+kill" : "")
        var environment = ["SECRET": "of the agent"]
        if let user { environment["STAND_IN_USER"] = "\(user)" }
        if isDebuggable { environment["STAND_IN_DEBUG"] = "yes" }
        return try RunningProgram(
            "/usr/bin/setpriv",
            [
                "--reuid=\(Self.agent)", "--regid=\(Self.agent)", "--clear-groups", "--inh-caps=\(capabilities)",
                "--ambient-caps=\(capabilities)", "--bounding-set=\(capabilities)", folder.path("stand-in-agent"),
                "run",
                folder.path("task-supervisor"), line,
            ], environment: environment)
    }

    /// The sets in `/proc/N/status`, by their names.
    private func sets(in output: String) -> [String: String] {
        let lines = output.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
        return Dictionary(
            lines.filter { $0.count == 2 && $0[0].hasPrefix("Cap") }.map { (String($0[0].dropLast()), String($0[1])) },
            uniquingKeysWith: { $1 })
    }

    @Test("a program has no capabilities, whether the user changes or not", arguments: [nil, other])
    func program(user: Int?) async throws {
        let (exit, output) = await (try start("id -u; cat /proc/self/status", as: user)).end()
        #expect(exit == .status(0))
        #expect(output.contains("\n\(user ?? Self.agent)\n"), "\(output)")
        let sets = sets(in: output)
        #expect(["CapInh", "CapPrm", "CapEff", "CapAmb"].map { sets[$0] } == [String?](repeating: Self.none, count: 4))
    }

    @Test("a supervisor keeps only the right to end what runs as another user")
    func supervisor() async throws {
        // It gives up the others when it has started the program, which may be faster.
        let wait = "until grep -q 'CapPrm:.*\(Self.toSignalOthers)' /proc/$PPID/status; do sleep 0.01; done"
        let output = await (try start("\(wait); cat /proc/$PPID/status", as: Self.other)).end().output
        #expect(
            sets(in: output).filter { $0.key != "CapBnd" } == [
                "CapInh": Self.none, "CapPrm": Self.toSignalOthers, "CapEff": Self.toSignalOthers, "CapAmb": Self.none,
            ])
    }

    @Test("a program of another user cannot signal supervisor and agent, and ends with the agent all the same")
    func signals() async throws {
        let lifeline = try Lifeline()
        chmod(lifeline.folder.url.path, 0o711)
        chmod(lifeline.path, 0o666)
        let program = try start(
            """
            exec 9>'\(lifeline.path)'; trap '' TERM; agent=$(sed -n 's/^PPid:.//p' /proc/$PPID/status)
            kill -0 $PPID || echo 'not the supervisor'; kill -0 $agent || echo 'not the agent'
            setsid sleep 1000 & echo ready; sleep 1000
            """, as: Self.other)
        #expect(await program.line { $0 == "ready" } != nil)
        #expect(program.output.contains("\nnot the supervisor\n") && program.output.contains("\nnot the agent\n"))
        program.send(SIGKILL)
        try await lifeline.end()
    }

    @Test(
        "a program of the agent's user cannot read its supervisor's memory and environment", arguments: [false, true])
    func memory(isDebuggable: Bool) async throws {
        let output = await
            (try start(
                "head -c 1 /proc/$PPID/environ && echo readable; id -u; cat /proc/self/oom_score_adj",
                mayChangeUsers: false, isDebuggable: isDebuggable)).end().output
        #expect(output.contains("\nreadable\n") == isDebuggable, "\(output)")
        #expect(output.contains("ermission denied") == !isDebuggable, "\(output)")
        // What belongs to root in `/proc` is set all the same.
        #expect(output.contains("\n\(Self.agent)\n321\n"), "\(output)")
    }
}
