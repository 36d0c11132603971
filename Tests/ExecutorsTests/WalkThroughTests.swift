import Foundation
import Testing

@Suite("executors/README.md")
struct WalkThroughTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()

    @Test(
        "the walk in Swift is, word by word, what is compiled and tested here",
        arguments: ["CountWordsExecutor", "CountWordsTests"])
    func swift(name: String) throws {
        let readme = try String(
            contentsOf: Self.tests.appending(path: "../../executors/README.md").standardizedFileURL, encoding: .utf8)
        let compiled = try String(contentsOf: Self.tests.appending(path: "Examples/\(name).swift"), encoding: .utf8)
        #expect(readme.contains("/\(name).swift`, whole:\n\n```swift\n\(compiled)```\n"))
    }
}
