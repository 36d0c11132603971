import Foundation
import TestSupport
import Testing

@Suite("flamenco-agent try", .timeLimit(.minutes(2)))
struct TryCommandTests {
    private func attempt(_ arguments: String...) throws -> RunningProgram {
        try RunningProgram(BuiltProducts.path("flamenco-agent"), ["try"] + arguments)
    }

    @Test("runs a command, shows log, activity, steps and what was made, and passes its end on")
    func exec() async throws {
        let script = "echo openjd_status: Baking; echo flamenco_step: 2; echo flamenco_output: /renders/1.png; exit $1"
        for (status, expected) in [("0", RunningProgram.Exit.status(0)), ("3", .status(1))] {
            let program = try attempt(
                "exec", "--param", "exe=sh", "--param", "args=[\"-c\", \"\(script)\", \"sh\", \(status)]")
            let (exit, output) = await program.end()
            #expect(exit == expected, "\(output)")
            for line in ["openjd_status: Baking", "» Baking", "» 2 steps completed", "» saved /renders/1.png"] {
                #expect(output.contains("\(line)\n"), "\(line): \(output)")
            }
            #expect(
                output.contains("flamenco-agent: command 1 of 1, exec: sh failed: exit status 3") == (status == "3"))
        }
    }

    @Test(
        "says in a sentence what is wrong",
        arguments: [
            ([], 64, "\"try\" needs a command: one of blender-render, "),
            (["exec", "--param", "exe"], 64, "--param should be NAME=VALUE, but is \"exe\""),
            (["exec", "--json", "/nowhere.json"], 64, "cannot read the parameters in /nowhere.json"),
            (["exce"], 1, "unknown command \"exce\", did you mean \"exec\"?"),
            (["exec"], 1, "exe"),
        ] as [([String], Int32, String)])
    func wrong(arguments: [String], status: Int32, sentence: String) async throws {
        let program = try RunningProgram(BuiltProducts.path("flamenco-agent"), ["try"] + arguments)
        let (exit, output) = await program.end()
        #expect(exit == .status(status))
        #expect(output.contains(sentence), "\(output)")
    }

    @Test("leaves nothing behind when the program kills its supervisor")
    func supervisorKilled() async throws {
        let program = try attempt(
            "exec", "--param", "exe=sh", "--param",
            "args=[\"-c\", \"(setsid env -i sleep 1000 & echo pid $!); kill -9 $PPID; sleep 1000\"]")
        let line = try #require(await program.line { $0.hasPrefix("pid ") })
        let pid = try #require(Int32(line.dropFirst(4)))
        #expect(await program.exit() == .status(1))
        #expect(kill(pid, 0) == -1)
    }

    @Test("stops the command, with all its processes, when it is interrupted")
    func interrupted() async throws {
        let program = try attempt("exec", "--param", "exe=sh", "--param", "args=[\"-c\", \"echo pid $$; sleep 1000\"]")
        let line = try #require(await program.line { $0.hasPrefix("pid ") })
        let pid = try #require(Int32(line.dropFirst(4)))
        program.send(SIGINT)
        #expect(await program.exit() == .status(130))
        #expect(kill(pid, 0) == -1)
    }

    @Test("draws how far it is on a terminal, and nothing but lines elsewhere")
    func bar() async throws {
        let script = "echo openjd_progress: 50; echo flamenco_step: 1; echo openjd_status: Baking"
        let words = [
            BuiltProducts.path("flamenco-agent"), "try", "exec", "--param", "exe=sh", "--param",
            "args=[\"-c\", \"\(script)\"]",
        ]
        let pseudoTerminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
        let onTerminal = try RunningProgram("/usr/bin/env", ["python3", "-c", pseudoTerminal] + words)
        let (exit, shown) = await onTerminal.end()
        #expect(exit == .status(0), "\(shown)")
        #expect(shown.contains("50 %  1 step  50 %, Baking\u{1B}[0m"), "\(shown)")
        let elsewhere = await (try RunningProgram(words[0], Array(words.dropFirst()))).end()
        #expect(elsewhere.output.contains("» 50 %, Baking\n"))
        #expect(!elsewhere.output.contains("\u{1B}"))
    }

    @Test("keeps to what the operator allows")
    func rules() async throws {
        let program = try attempt(
            "make-directory", "--param", "path=/nowhere/x", "--allowed-paths", "/render,/scratch")
        let (exit, output) = await program.end()
        #expect(exit == .status(1))
        #expect(output.contains("refused: parameter \"path\": /nowhere/x is not in \"allowed_paths\""), "\(output)")
        let refused = try attempt("exec", "--param", "exe=sh", "--allowed-executables", "/opt/blender")
        let words = await refused.end().output
        #expect(words.contains(" is not in \"allowed_executables\""), "\(words)")
    }

    @Test("runs programs as the settings say", .enabled(if: geteuid() == 0))
    func programSettings() async throws {
        let program = try attempt(
            "exec", "--run-as-user", "nobody", "--nice", "7", "--open-files-limit", "99", "--time-limit", "1m",
            "--param",
            "exe=sh", "--param", #"args=["-c", "id -un; nice; ulimit -n"]"#)
        let (exit, output) = await program.end()
        #expect(exit == .status(0) && output.contains("\nnobody\n7\n99\n"), "\(output)")
        let refused = try attempt("make-directory", "--run-as-user", "nobody", "--param", "path=/etc/flamenco-test/x")
        #expect(await refused.end().output.contains("cannot make folder /etc/flamenco-test: permission denied"))
    }

    @Test("shows what programs find in their environment, or which setting asks for what is the agent's alone")
    func environment() async throws {
        let folder = try TemporaryFolder()
        let settings = try folder.write(
            "s.json5",
            "{manager_url: 'http://farm:8080', worker_name: 'node7', environment: {OCIO: '{HOME}/c', x_LICENSE: '1@lic'},"
                + " pass_environment: ['STUDIO_*'], cpus: 1, io_nice: 'idle'}")
        func output(_ variables: [String: String], _ options: String...) async throws -> (
            exit: RunningProgram.Exit, output: String
        ) {
            await
                (try RunningProgram(
                    BuiltProducts.path("flamenco-agent"),
                    ["try", "exec", "--settings", settings, "--param", "exe=env"] + options, environment: variables))
                .end()
        }
        let variables = [
            "HOME": "/home/x", "STUDIO_ROOT": "/studio", "SECRET": "no", "NOTIFY_SOCKET": "/no",
            "FLAMENCO_AGENT_LOG_LEVEL": "info",
        ]
        let lines = Set(try await output(variables).output.split(separator: "\n").map(String.init))
        for line in [
            "OCIO=/home/x/c", "x_LICENSE=1@lic", "STUDIO_ROOT=/studio", "FLAMENCO_MANAGER_URL=http://farm:8080",
            "FLAMENCO_WORKER_NAME=node7", "FLAMENCO_TASK_NAME=try", "FLAMENCO_TASK_TYPE=misc",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.contains { $0.wholeMatch(of: #/FLAMENCO_JOB_ID=[0-9a-f-]{36}/#) != nil })
        #expect(lines.contains { $0.wholeMatch(of: #/FLAMENCO_TASK_ID=[0-9a-f-]{36}/#) != nil })
        for name in ["SECRET", "NOTIFY_SOCKET", "FLAMENCO_AGENT_LOG_LEVEL"] {
            #expect(!lines.contains { $0.hasPrefix(name + "=") }, "\(name)")
        }
        let refused = try await output(variables, "--environment", #"{"NOTIFY_SOCKET": "/x"}"#)
        #expect(refused.exit == .status(78))
        #expect(
            refused.output.contains("--environment: \"environment\" sets NOTIFY_SOCKET, which only the agent may have"))
        let unknown = try await output(variables, "--environment", #"{"OCIO": "{STUDIO_ROT}/c"}"#)
        #expect(unknown.exit == .status(78))
        #expect(
            unknown.output.contains(
                "\"environment\": OCIO refers to {STUDIO_ROT}, but programs have no such variable; did you mean "
                    + "{STUDIO_ROOT}?"), "\(unknown.output)")
        let missing = try await output(variables, "--cpus", "8000-8001")
        #expect(missing.exit == .status(78))
        #expect(missing.output.contains("\"cpus\" has 8000-8001, but the agent may only use "))
    }

    @Test("renders a frame")
    func blender() async throws {
        let folder = try TemporaryFolder()
        let scene = folder.path("scene.blend")
        try await makeScene(at: scene)
        let parameters = """
            {"exe": "blender", "argsBefore": ["--background"], "blendfile": "\(scene)",
             "args": ["--render-output", "\(folder.path("frame-####"))", "--render-format", "PNG", "--render-frame", "1"]}
            """
        let program = try attempt("blender-render", "--json", try folder.write("parameters.json", parameters))
        let (exit, output) = await program.end()
        #expect(exit == .status(0), "\(output)")
        #expect(try folder.names().contains("frame-0001.png"))
        #expect(output.contains("» saved \(folder.path("frame-0001.png"))"))
    }
}
