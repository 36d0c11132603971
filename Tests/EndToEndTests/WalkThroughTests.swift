import Foundation
import TestSupport
import Testing

/// The walks in `executors/README.md`.
enum WalkThrough {
    enum Step {
        case write(path: String, text: String)
        case run(lines: String)
    }

    /// The code blocks of a section: files after their name and "whole:", and lines for the shell.
    static func steps(in section: String) throws -> [Step] {
        let text = try Checkout.text("executors/README.md")
        let start = try #require(text.firstRange(of: "\n## \(section)\n")).upperBound
        let end = text[start...].firstRange(of: "\n## ")?.lowerBound ?? text.endIndex
        return text[start..<end].matches(
            of: #/(?:`(?<path>[^`\n]+)`, whole:\n\n)?```(?<language>\w+)\n(?<code>(?:.*\n)*?)```\n/#
        )
        .compactMap { block in
            if let path = block.path { return .write(path: String(path), text: String(block.code)) }
            return block.language == "sh" ? .run(lines: String(block.code)) : nil
        }
    }
}

@Suite("executors/README.md, followed word by word in an empty folder", .timeLimit(.minutes(1)))
struct WalkThroughTests {
    @Test(
        "gives an executor that works, with a test that passes",
        arguments: [
            ("In Python, step by step", ["» 3 words", "Ran 3 tests", "\nOK\n"]),
            ("In a shell, step by step", ["openjd_status: 3 words", "all is well"]),
            (
                "Both halves, step by step: an executor and its job type",
                ["count-letter", "pass 2", "is completed\n", "openjd_status: 3 words in "]
            ),
        ])
    func script(section: String, outcome: [String]) async throws {
        let folder = try TemporaryFolder()
        let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let steps = try WalkThrough.steps(in: section)
        #expect(steps.count >= 5)
        // Below those that the system gives to whoever asks for any.
        let port = 20_000 + Int(getpid()) % 10_000
        var printed = ""
        for step in steps {
            switch step {
            case .write(let path, let text): try folder.write(path, text)
            case .run(var lines):
                lines.replace("127.0.0.1:8080", with: "127.0.0.1:\(port)")
                let shell = try RunningProgram(
                    "/usr/bin/env", ["bash", "-euo", "pipefail", "-c", lines],
                    environment: ["PATH": "\(products):\(path)"], in: folder.url.path)
                let (exit, output) = await shell.end()
                #expect(exit == .status(0), "\(lines)\(output)")
                printed += output
            }
        }
        for text in outcome { #expect(printed.contains(text), "\(printed)") }
    }
}
