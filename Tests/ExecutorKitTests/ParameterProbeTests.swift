import ExecutorKit
import FlamencoAPI
import Testing

@Suite("What parameters an executor has")
struct ParameterProbeTests {
    private enum Quality: String, CaseIterable, Decodable, Sendable { case draft, final }

    private struct Encoder: Decodable, Sendable { let name: String }

    private struct Probed: CommandExecutor {
        struct Parameters: Decodable, Sendable {
            let file: String
            let frames: Int
            let speed: Double?
            let flag: Bool
            let words: [String]
            let choice: Quality
            let perhaps: Quality?
            let nested: [String: JSONValue]
            let anything: JSONValue
            let renamed: String?

            enum CodingKeys: String, CodingKey {
                case file, frames, speed, flag, words, choice, perhaps, nested, anything
                case renamed = "re_named"
            }
        }

        let commandName = "probed"
        let taskType = "misc"

        func run(_ parameters: Parameters, in context: CommandContext) async throws {}
    }

    @Test("is found out without running it")
    func parameters() throws {
        let summary = try #require(ExecutorRegistry([Probed()], disabled: ["probed": "a rule"]).summaries.first)
        #expect(summary.refusal == "a rule")
        let lines = summary.parameters.map { "\($0.name)\($0.required ? "" : "?"): \($0.type)" }
        #expect(
            lines == [
                "file: a string", "frames: a whole number", "speed?: a number", "flag: true or false",
                "words: a list of strings", "choice: one of draft, final", "perhaps?: one of draft, final",
                "nested: an object", "anything: a value", "re_named?: a string",
            ])
    }

    @Test("one that must not be used is neither found nor offered")
    func disabled() throws {
        let registry = try ExecutorRegistry([Probed()], disabled: ["probed": "disabled in \"disabled_executors\""])
        #expect(registry.commandNames == [])
        #expect(registry.taskTypes == [])
        let error = #expect(throws: CommandError.self) { try registry.executor(for: "probed") }
        #expect(error?.description == "the command \"probed\" is refused: disabled in \"disabled_executors\"")
    }
}
