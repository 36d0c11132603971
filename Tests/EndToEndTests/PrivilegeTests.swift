import Foundation
import ManagerClient
import System
import TestSupport
import Testing

@Suite(
    "The agent as a user who is not root", .enabled(if: geteuid() == 0, "only root can start one"),
    .timeLimit(.minutes(2)))
struct PrivilegeTests {
    /// An id that nobody has.
    private static let agent = 65_533
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.url.path, 0o755)
        for name in ["flamenco-agent", "task-supervisor"] { try BuiltProducts.copy(name, to: folder.path(name)) }
        for name in ["state", "work"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
            chown(folder.path(name), uid_t(Self.agent), gid_t(Self.agent))
        }
        chmod(folder.path("work"), 0o777)
    }

    /// The agent with the rights that its unit has while a render user is set, or without.
    private func agent(
        _ arguments: [String], mayChangeUsers: Bool = true, environment: [String: String] = [:]
    ) throws -> RunningProgram {
        let capabilities = "-all" + (mayChangeUsers ? ",+setuid,+setgid,+kill" : "")
        return try RunningProgram(
            "/usr/bin/setpriv",
            [
                "--reuid=\(Self.agent)", "--regid=\(Self.agent)", "--clear-groups", "--inh-caps=\(capabilities)",
                "--ambient-caps=\(capabilities)", "--bounding-set=\(capabilities)", "--no-new-privs",
                folder.path("flamenco-agent"),
            ] + arguments,
            environment: [
                "TMPDIR": folder.path("work"), "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent",
                "SECRET": "kept",
            ].merging(
                environment
            ) { $1 })
    }

    private func attempt(
        _ command: String, _ parameters: [String: Any], _ options: [String] = [], mayChangeUsers: Bool = true
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        let file = try folder.write(
            "parameters.json", String(decoding: try JSONSerialization.data(withJSONObject: parameters), as: UTF8.self))
        return await
            (try agent(
                ["try", command, "--json", file, "--state-dir", folder.path("state")] + options,
                mayChangeUsers: mayChangeUsers)).end()
    }

    /// Whether all sets but the bounding one are empty in what `/proc/self/status` said.
    private func hasNoCapabilities(_ status: String) -> Bool {
        ["CapInh", "CapPrm", "CapEff", "CapAmb"].allSatisfy { status.contains("\($0):\t0000000000000000\n") }
    }

    @Test("programs and work on files have no capabilities, and run as the user of the settings")
    func commands() async throws {
        for options in [[], ["--run-as-user", "nobody"]] {
            let (exit, output) = try await attempt("exec", ["exe": "cat", "args": ["/proc/self/status"]], options)
            #expect(exit == .status(0) && hasNoCapabilities(output), "\(output)")
            let user = options.isEmpty ? Self.agent : 65_534
            #expect(output.contains("\nUid:\t\(user)\t\(user)\t\(user)\t\(user)\n"), "\(output)")
        }
        // Whoever copies it finds its own.
        let copy = folder.path("work/status")
        let copied = try await attempt(
            "copy-file", ["src": "/proc/self/status", "dest": copy], ["--run-as-user", "nobody"])
        #expect(copied.exit == .status(0), "\(copied.output)")
        let status = try String(contentsOfFile: copy, encoding: .utf8)
        #expect(status.contains("\nUid:\t65534\t65534\t") && hasNoCapabilities(status), "\(status)")
    }

    @Test(
        "hooks have none; as the agent they run as its user and outside of the sandbox, as programs like these",
        arguments: ["agent", "programs"])
    func hooks(user: String) async throws {
        let outside = try folder.write("outside", "is outside\n")
        chmod(outside, 0o644)
        let hook = "cat /proc/self/status; cat '\(outside)'; true"
        let hooks = String(
            decoding: try JSONSerialization.data(withJSONObject: [
                "before_task": ["run": ["/bin/sh", "-c", hook], "as": user]
            ]), as: UTF8.self)
        var options = ["--hooks", hooks, "--run-as-user", "nobody"]
        let hasSandbox = ((try? LandlockRuleset.version()) ?? 0) >= 1
        if hasSandbox { options += ["--sandbox", "paths"] }
        let (exit, output) = try await attempt("exec", ["exe": "true"], options)
        #expect(exit == .status(0) && hasNoCapabilities(output), "\(output)")
        let id = user == "agent" ? Self.agent : 65_534
        #expect(output.contains("\nUid:\t\(id)\t\(id)\t\(id)\t\(id)\n"), "\(output)")
        #expect(output.contains("\nis outside\n") == (user == "agent" || !hasSandbox), "\(output)")
    }

    @Test("executors in other languages and the maker of previews have none either")
    func tasks() async throws {
        try folder.write(
            "executors/look/executor.json5",
            "{command: 'look', task_type: 'misc', description: 'x', program: 'look.sh', parameters: {}}")
        try folder.write("executors/look/look.sh", "#!/bin/sh\ncat /proc/self/status\n", executable: true)
        // In place of FFmpeg, which makes a preview of what is no PNG.
        let seen = folder.path("work/preview")
        try folder.write("bin/ffmpeg", "#!/bin/sh\ncat /proc/self/status >'\(seen)'\n", executable: true)
        let image = try folder.write("image.tif", "II*\u{0}")
        for path in ["executors", "executors/look", "bin", "executors/look/executor.json5", "image.tif"] {
            chmod(folder.path(path), 0o755)
        }
        let farm = try await TestFarm()
        let agent = try agent(
            [
                "run", "--manager-url", farm.client.url.description, "--state-dir", folder.path("state"),
                "--executors-dirs", folder.path("executors"), "--run-as-user", "nobody", "--task-poll-interval",
                "200ms",
            ], environment: ["PATH": "\(folder.path("bin")):/usr/bin:/bin"])
        let commands = #"""
            [{"name": "look", "parameters": {}},
             {"name": "exec", "parameters": {"exe": "echo", "args": ["flamenco_output: \#(image)"]}}]
            """#
        let (output, exit) = try await farm.submit(
            "--type", "commands", "--set", "task_type=misc", "--set", "commands=\(commands)")
        #expect(exit == .status(0), "\(output)\n\(agent.output)")
        // The fake makes no image, which the agent says once it has tried.
        _ = await agent.line(with: "image.tif")
        let logs = await
            (try RunningProgram(
                folder.path("flamenco-agent"), ["logs", "--state-dir", folder.path("state"), "commands"])).end().output
        #expect(hasNoCapabilities(logs), "\(logs)")
        let status = try String(contentsOfFile: seen, encoding: .utf8)
        #expect(hasNoCapabilities(status) && status.contains("\nUid:\t65534\t65534\t"), "\(status)")
        await farm.stop(agent)
    }

    @Test("a program of the agent's user reads neither its memory nor its environment, unless it is to be debugged")
    func memory() async throws {
        let look = """
            agent=$(sed -n 's/^PPid:.//p' /proc/$PPID/status)
            for file in environ mem maps; do head -c 1 /proc/$agent/$file >/dev/null 2>&1 && echo "read $file"; done
            cat /proc/self/oom_score_adj
            """
        let parameters: [String: Any] = ["exe": "sh", "args": ["-c", look]]
        let hidden = try await attempt("exec", parameters, mayChangeUsers: false)
        #expect(hidden.exit == .status(0) && hidden.output.contains("\n500\n"), "\(hidden.output)")
        #expect(!hidden.output.contains("\nread "), "\(hidden.output)")
        let shown = try await attempt("exec", parameters, ["--debug-dumpable"], mayChangeUsers: false)
        #expect(shown.output.contains("\nread environ\n"), "\(shown.output)")
        if ((try? LandlockRuleset.version()) ?? 0) < 3 { return }
        let confined = try await attempt(
            "exec", parameters, ["--debug-dumpable", "--sandbox", "paths"], mayChangeUsers: false)
        #expect(confined.exit == .status(0) && !confined.output.contains("\nread "), "\(confined.output)")
    }

    @Test("without the right to change users another user is refused, and the agent's own can be asked for")
    func refused() async throws {
        let parameters: [String: Any] = ["exe": "id", "args": ["-u"]]
        let refused = try await attempt("exec", parameters, ["--run-as-user", "nobody"], mayChangeUsers: false)
        #expect(refused.exit == .status(78))
        #expect(
            refused.output.contains(
                "\"run_as_user\" is \"nobody\", but this agent does not run as root or with the capabilities CAP_SETUID, "
                    + "CAP_SETGID, CAP_KILL: run \"flamenco-agent setup --render-user\", or set it to \"none\""),
            "\(refused.output)")
        let own = try await attempt("exec", parameters, ["--run-as-user", "none"], mayChangeUsers: false)
        #expect(own.exit == .status(0) && own.output.contains("\n\(Self.agent)\n"), "\(own.output)")
    }
}
