import FlamencoAPI
import JobTypes
import Testing

@Suite("echo-sleep-test, command-line and commands")
struct OtherJobTypesTests {
    @Test("sleeps come after the echo, one for each repeat")
    func echoSleep() throws {
        let tasks = try EchoSleepTest().tasks(["message": "hé", "sleep_duration_seconds": 0.5, "sleep_repeats": 2])
        #expect(tasks.map(\.name) == ["echo", "sleep-1", "sleep-2"])
        #expect(tasks.map(\.dependencies) == [[], [0], [0]])
        #expect(tasks[0].commands == [Command(name: "echo", parameters: ["message": "hé"])])
        #expect(tasks[2].commands == [Command(name: "sleep", parameters: ["duration_in_seconds": 0.5])])
        #expect(Set(tasks.map(\.type)) == ["misc"])
    }

    @Test(
        "argument vectors are a list, or the text of one",
        arguments: [
            [["echo", "a b"], ["ls", 1]], #"[["echo", "a b"], ["ls", 1]]"#,
        ] as [JSONValue])
    func vectors(commands: JSONValue) throws {
        let tasks = try CommandLineJob().tasks(["commands": commands])
        #expect(
            tasks == [
                TaskBlueprint(
                    name: "command", type: "misc",
                    commands: [
                        Command(name: "exec", parameters: ["exe": "echo", "args": ["a b"]]),
                        Command(name: "exec", parameters: ["exe": "ls", "args": ["1"]]),
                    ])
            ])
    }

    @Test("with frames there is a task for each, and {frame} is its number, the program's name included")
    func frames() throws {
        let tasks = try CommandLineJob().tasks([
            "commands": [["render-{frame}", "--out", "/f/{frame}-{frame}.png"], ["true"]], "frames": "1,4-5",
        ])
        #expect(tasks.map(\.name) == ["command-frame-1", "command-frame-4", "command-frame-5"])
        #expect(
            tasks[1].commands[0]
                == Command(name: "exec", parameters: ["exe": "render-4", "args": ["--out", "/f/4-4.png"]]))
        #expect(tasks[1].commands.count == 2)
    }

    @Test("each vector can be a task of its own")
    func taskPerCommand() throws {
        let settings: JobSettings = ["commands": [["a"], ["b", "{frame}"]], "task_per_command": true]
        #expect(try CommandLineJob().tasks(settings).map(\.name) == ["command-1", "command-2"])
        #expect(
            try CommandLineJob().tasks(settings.merging(["frames": "7-8"]) { $1 }).map(\.name)
                == ["command-1-frame-7", "command-1-frame-8", "command-2-frame-7", "command-2-frame-8"])
    }

    @Test(
        "what is no list of argument vectors is refused",
        arguments: [
            [], "echo hello", ["echo", "hello"], [[]], [[""]], [["echo", ["x"]]], [["echo", nil]], [["a\u{0}b"]], "[]",
            5,
        ] as [JSONValue])
    func badVectors(commands: JSONValue) {
        let problem = CommandLineJob().problem(["commands": commands])
        #expect(problem?.hasPrefix("setting \"commands\": expected ") == true)
        #expect(problem?.hasSuffix("found \(commands)") == true)
    }

    @Test("commands go into one task as they are, as a list or as JSON text")
    func commands() throws {
        let list: JSONValue = [["name": "copy-file", "parameters": ["src": "/a", "dest": "/b"]]]
        for commands in [list, .string(list.description)] {
            let tasks = try CommandsJob().tasks(["commands": commands, "task_type": "file-management"])
            #expect(tasks.map(\.type) == ["file-management"])
            #expect(tasks[0].commands == [Command(name: "copy-file", parameters: ["src": "/a", "dest": "/b"])])
        }
        #expect(try CommandsJob().tasks(["commands": list]).map(\.type) == ["misc"])
    }

    @Test("what is no list of commands is refused", arguments: ["[]", "{}", "x", #"[{"name": "echo"}]"#, "[1]"])
    func noCommands(text: String) {
        let problem = CommandsJob().problem(["commands": .string(text)])
        #expect(problem?.contains("expected a list of commands such as") == true, "\(problem ?? "")")
    }
}
