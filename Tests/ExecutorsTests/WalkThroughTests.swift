import Foundation
import Testing

@Suite("executors/README.md")
struct WalkThroughTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()

    @Test(
        "the walk in Swift, as part of the agent, is what is compiled and tested here",
        arguments: ["CountWordsExecutor", "CountWordsTests"])
    func swift(name: String) throws {
        let readme = try String(
            contentsOf: Self.tests.appending(path: "../../executors/README.md").standardizedFileURL, encoding: .utf8
        )
        .replacing(
            "@main\nstruct CountWordsExecutor: ExecutorProgram {", with: "struct CountWordsExecutor: CommandExecutor {")
        let compiled = try String(contentsOf: Self.tests.appending(path: "Examples/\(name).swift"), encoding: .utf8)
        #expect(readme.contains("/\(name).swift`, whole:\n\n```swift\n\(compiled)```\n"))
    }
}
