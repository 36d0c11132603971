import ExecutorKit
import Testing

private struct Nothing: CommandExecutor {
    struct Parameters: Decodable, Sendable {}
    let commandName: String
    let taskType: String

    func run(_ parameters: Parameters, in context: CommandContext) async throws {}
}

@Suite("The registry of executors")
struct ExecutorRegistryTests {
    private let registry: ExecutorRegistry

    init() throws {
        registry = try ExecutorRegistry([
            Nothing(commandName: "blender-render", taskType: "blender"), Nothing(commandName: "echo", taskType: "misc"),
            Nothing(commandName: "sleep", taskType: "misc"),
        ])
    }

    @Test("finds executors by command and offers each of their task types once")
    func lookup() throws {
        #expect(try registry.executor(for: "echo").commandName == "echo")
        #expect(registry.commandNames == ["blender-render", "echo", "sleep"])
        #expect(registry.taskTypes == ["blender", "misc"])
    }

    @Test("refuses two executors for one command")
    func duplicates() throws {
        let error = try #require(throws: DuplicateExecutorError.self) {
            try ExecutorRegistry([
                Nothing(commandName: "echo", taskType: "a"), Nothing(commandName: "echo", taskType: "b"),
            ])
        }
        #expect(error.description == "two executors run the command \"echo\": Nothing and Nothing")
    }

    @Test(
        "answers an unknown command with the nearest one and all that exist",
        arguments: [
            (
                "blender-redner",
                "unknown command \"blender-redner\", did you mean \"blender-render\"? "
                    + "available are blender-render, echo, sleep"
            ),
            ("Echo", "unknown command \"Echo\", did you mean \"echo\"? available are blender-render, echo, sleep"),
            ("houdini", "unknown command \"houdini\"; available are blender-render, echo, sleep"),
            ("", "unknown command \"\"; available are blender-render, echo, sleep"),
        ])
    func unknown(name: String, sentence: String) throws {
        #expect(throws: CommandError(sentence)) { try registry.executor(for: name) }
    }
}
