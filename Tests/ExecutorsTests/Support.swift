import ExecutorKit
import Foundation
import Testing

@testable import Executors

/// What a program printed once; see the README beside the files.
enum Fixture {
    /// The lines of a file, split as the agent splits output: at `\n` and `\r`.
    static func lines(of name: String) throws -> [String] {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        return text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }.map {
            String($0)
        }
    }
}

/// Calls `body` with `text` as a line that a program printed.
func withLine<Result>(_ text: String, _ body: (OutputLine) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(OutputLine(bytes: $0)) }
}
