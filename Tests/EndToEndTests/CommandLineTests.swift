import Foundation
import TestSupport
import Testing

@Suite("The commands say what is wrong in one sentence", .timeLimit(.minutes(1)))
struct CommandLineTests {
    @Test("in the journal with the priority of an error")
    func journal() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("journal", "")
        var status = stat()
        #expect(stat(file, &status) == 0)
        let program = try RunningProgram(
            "/bin/sh",
            [
                "-c", "exec \"$0\" run --state-dir \"$1\" 2>\"$2\"", BuiltProducts.path("flamenco-agent"),
                folder.path("state"), file,
            ],
            environment: [
                "JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)", "HOME": folder.url.path,
                "XDG_CONFIG_HOME": folder.url.path,
            ])
        #expect(await program.exit() == .status(78))
        let line = try String(contentsOfFile: file, encoding: .utf8)
        #expect(line.hasPrefix("<3>flamenco-agent: the manager is not set: "), "\(line)")
    }

    @Test(
        "check-config refuses what run refuses, and prints no password",
        arguments: [
            ["--manager-url", "ftp://m:8080"], ["--manager-url", "http://m:99999"],
            ["--manager-url", "http://joe:hunter2@m:8080"], ["--manager-url", "joe:hunter2@m"],
            ["--manager-url", "ftp://joe:hunter2@m"], ["--manager-url", "http://joe:hun/hunter2@m"],
            ["--manager-url", "http://m", "--task-types", "houdini"],
            ["--manager-url", "http://m", "--run-as-user", "nobody-of-that-name"],
        ])
    func checkConfig(options: [String]) async throws {
        let folder = try TemporaryFolder()
        var complaints: [String] = []
        for command in ["check-config", "run"] {
            let program = try RunningProgram(
                BuiltProducts.path("flamenco-agent"), [command, "--state-dir", folder.path("state")] + options)
            let (exit, output) = await program.end()
            #expect(exit == .status(78), "\(command): \(output)")
            #expect(!output.contains("hun") && !output.contains("hunter2"), "\(output)")
            complaints.append(String(output.split(separator: "\n").last ?? ""))
        }
        #expect(complaints[0] == complaints[1])
    }

    @Test(
        "flamenco-agent",
        arguments: [
            (["rnu"], 64, "there is no command \"rnu\"; did you mean \"run\"?"),
            (["run", "--manger-url", "x"], 64, "there is no option \"--manger-url\"; did you mean \"--manager-url\"?"),
            (["run", "--manager-url", "render1:8080"], 78, "the manager URL \"render1:8080\" has no scheme"),
            (
                ["run", "--manager-url", "http://m/farm"], 78,
                "the manager URL \"http://m/farm\" has \"/farm\" after the host"
            ),
            (
                ["run", "--settings", "/nowhere.json5"], 78,
                "cannot read the settings file /nowhere.json5: there is no such file"
            ),
            (
                ["run", "--manager-url", "http://m", "--nice", "99"], 78,
                "--nice should be a whole number from -20 to 19, but is \"99\""
            ),
            (
                ["run", "--manager-url", "http://m", "--task-types", "houdini"], 78,
                "\"task_types\" contains \"houdini\", which no executor supports"
            ),
        ])
    func agent(arguments: [String], status: Int32, sentence: String) async throws {
        let folder = try TemporaryFolder()
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), arguments,
            environment: [
                "HOME": folder.url.path, "XDG_STATE_HOME": folder.url.path, "XDG_CONFIG_HOME": folder.url.path,
            ])
        #expect(await program.exit() == .status(status))
        _ = await program.line(with: "\u{0}")
        let complaint = program.output.split(separator: "\n").filter { $0.hasPrefix("flamenco-agent: ") }
        #expect(complaint.count == 1)
        #expect(complaint.first?.contains(sentence) == true, "\(program.output)")
    }

    @Test(
        "manager-lite",
        arguments: [
            (
                ["serve", "--listen", "nowhere"], 64,
                "--listen should be HOST:PORT such as 127.0.0.1:8080, but is \"nowhere\""
            ),
            (["serve", "--chaos", "500"], 64, "--chaos: \"500\" should be a fault and its share"),
            (["serve", "--variable", "x"], 64, "--variable should be NAME=VALUE, but is \"x\""),
            (
                ["serve", "--variable", "x@linus=y"], 64,
                "--variable: \"linus\" in \"x@linus=y\" is neither a platform nor an audience; did you mean \"linux\"?"
            ),
            (
                ["serve", "--two-way", "x=/render"], 64,
                "--two-way \"x\" needs a platform, for example x@linux=/render, because paths differ between platforms"
            ),
            (
                ["serve", "--two-way", "x@windows=/render"], 64,
                #"--two-way "x" should be an absolute path on windows, such as R:\render, but is "/render""#
            ),
            (
                ["serve", "--two-way", "x@linux=/"], 64,
                "--two-way \"x\" should be an absolute path on linux, such as /render, but is \"/\""
            ),
            (
                ["serve", "--two-way", "x@linux=/a", "--variable", "x=b"], 64,
                "--two-way \"x\" cannot be a two-way variable; use another name"
            ),
            (
                ["serve", "--two-way", "blender@linux=/a"], 64,
                "--two-way \"blender\" cannot be a two-way variable; use another name"
            ),
            (["submit"], 64, "\"submit\" needs a file, or --type and --set"),
            (["submit", "/nowhere.json"], 64, "cannot read the job file /nowhere.json"),
            (["submit", "--manager", "http://127.0.0.1:9", "--type", "x"], 1, "cannot connect: connection refused"),
        ])
    func manager(arguments: [String], status: Int32, sentence: String) async throws {
        let program = try RunningProgram(BuiltProducts.path("manager-lite"), arguments)
        #expect(await program.exit() == .status(status))
        _ = await program.line(with: "\u{0}")
        #expect(program.output.hasPrefix("manager-lite: "))
        #expect(program.output.contains(sentence), "\(program.output)")
        #expect(program.output.split(separator: "\n").count == 1)
    }

    @Test("a state file of another version is named, with what to do")
    func foreignState() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("farm.json", #"{"rules": {}, "jobs": []}"#)
        let program = try RunningProgram(
            BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0", "--state", path])
        #expect(await program.exit() == .status(1))
        _ = await program.line(with: "\u{0}")
        #expect(
            program.output
                == "manager-lite: the state file \(path) does not contain a farm of this version of manager-lite; "
                + "move it away to start with an empty one\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == #"{"rules": {}, "jobs": []}"#)
    }

    @Test("two agents cannot share a state directory, and the second one says whose it is")
    func twoAgents() async throws {
        let farm = try await TestFarm()
        let first = try farm.startAgent()
        _ = await first.line(with: "the worker is awake")
        let second = try farm.startAgent()
        #expect(await second.exit() == .status(78))
        _ = await second.line(with: "\u{0}")
        #expect(second.output.contains("is in use by another agent, process \(first.pid)"))
        await farm.stop(first)
    }
}
