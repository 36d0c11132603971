import Foundation
import TestSupport
import Testing

/// Packages that are not part of this one, and depend on its product `ExecutorKit`.
///
/// What they need of it is built in a folder that stays, so that only the first one ever takes long. For that, all of them have
/// to name the sources alike: SwiftPM builds everything again for another path, also where a link leads to the same place.
@Suite("An executor in a Swift package of its own", .serialized, .timeLimit(.minutes(10)))
struct ExecutorPackageTests {
    private static let scratch = Checkout.path(".build/executor-packages")

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs lines of shell in the folder, which have to succeed; gives what they print.
    private func shell(_ lines: String) async throws -> String {
        let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let program = try RunningProgram(
            "/usr/bin/env", ["bash", "-euo", "pipefail", "-c", lines], environment: ["PATH": "\(products):\(path)"],
            in: folder.url.path)
        let (exit, output) = await program.end()
        #expect(exit == .status(0), "\(lines)\n\(output)")
        return output
    }

    @Test("\"executors new --language swift\" writes one that can be built, with a test that passes")
    func scaffold() async throws {
        let told = try await shell(
            "flamenco-agent executors new greet-people --language swift --sources '\(Checkout.url.path)'")
        #expect(told.hasSuffix("build it: greet-people/build.sh\ntest it: greet-people/test.sh\n"))
        _ = try await shell("greet-people/build.sh --scratch-path '\(Self.scratch)'")
        #expect(try await shell("greet-people/test.sh").hasSuffix("OK\n"))
    }

    @Test("the walk in executors/README.md, followed word by word, gives one that works")
    func walkThrough() async throws {
        var printed = ""
        for step in try WalkThrough.steps(in: "In Swift, step by step") {
            switch step {
            case .write(let path, let text):
                try folder.write(path, text.replacing("\"../flamenco-agent\"", with: "\"\(Checkout.url.path)\""))
            case .run(let lines):
                printed += try await shell(
                    lines.replacing("-c release --static-swift-stdlib", with: "--scratch-path '\(Self.scratch)'"))
            }
        }
        #expect(printed.contains("» 3 words\n"), "\(printed)")
        let agent = BuiltProducts.path("flamenco-agent")
        let poem = folder.path("poem.txt")
        for (parameters, sentence) in [
            (
                ["file=\(poem)", "atLeast=4"],
                "count-words failed: \(poem) has 3 words, but should have 4 (exit status 1)"
            ),
            (["file=poem.txt"], "parameter \"file\" should be an absolute path, but is \"poem.txt\""),
            ([], "parameter \"file\" is missing: expected an absolute path"),
        ] {
            let words = ["try", "count-words", "--executors-dirs", folder.url.path]
            let attempt = try RunningProgram(agent, words + parameters.flatMap { ["--param", $0] })
            let (exit, output) = await attempt.end()
            #expect(exit == .status(1))
            #expect(output.contains(sentence), "\(output)")
        }
    }

    /// Builds one that runs lines of shell; gives the path of its program.
    private func buildRunLine() async throws -> String {
        _ = try await shell("flamenco-agent executors new run-line --language swift --sources '\(Checkout.url.path)'")
        try folder.write(
            "run-line/Sources/RunLineExecutor.swift",
            """
            import ExecutorKit

            @main
            struct RunLineExecutor: ExecutorProgram {
                struct Parameters: Decodable, Sendable {
                    let line: String
                }

                let commandName = "run-line"
                let taskType = "misc"

                func run(_ parameters: Parameters, in context: CommandContext) async throws {
                    try await context.runToSuccess(Program("/bin/sh", ["-c", parameters.line]))
                }
            }

            """)
        try folder.write(
            "run-line/executor.json5", "{command: 'run-line', task_type: 'misc', program: 'bin/run-line'}")
        _ = try await shell("run-line/build.sh --scratch-path '\(Self.scratch)'")
        return folder.path("run-line/bin/run-line")
    }

    /// Starts a program that reads this command.
    private func start(_ program: String, command: String, parameters: String) throws -> RunningProgram {
        try folder.write(
            "command.json",
            """
            {"name": "\(command)", "parameters": \(parameters), "task": {"id": "t", "name": "t", "type": "misc"},
             "job": {"id": "j", "type": "x"}}
            """)
        let input = try FileHandle(forReadingFrom: folder.url.appending(path: "command.json"))
        return try RunningProgram(program, [], in: folder.url.path, input: input)
    }

    @Test("runs programs under a supervisor, and what they print is no message")
    func programs() async throws {
        _ = try await buildRunLine()
        let output = try await shell(
            #"""
            flamenco-agent try run-line --executors-dirs "$PWD" --param line="
                echo 'openjd_status: no message'; printf openjd_; echo 'fail: none either'; sleep 1000 &" 2>&1
            """#)
        #expect(output.contains("\n openjd_status: no message\n openjd_fail: none either\n"), "\(output)")
        #expect(!output.contains("» no message"), "\(output)")
        #expect(output.contains("killed 1 process left behind"), "\(output)")
    }

    @Test("stops its programs at SIGTERM, with time to clean up, and says what it is to whoever misuses it")
    func process() async throws {
        let program = try await buildRunLine()
        let line = "trap 'echo cleaned up; exit 1' TERM; echo ready; sleep 1000 & wait"
        let stopped = try start(program, command: "run-line", parameters: #"{"line": "\#(line)"}"#)
        _ = await stopped.line { $0 == "ready" }
        stopped.send(SIGTERM)
        let (status, output) = await stopped.end()
        #expect(status == .status(143), "\(output)")
        #expect(output.contains("\ncleaned up\n< stopped (wall "), "\(output)")
        #expect(!output.contains("openjd_fail"), "\(output)")

        let other = await (try start(program, command: "x", parameters: "{}")).end()
        #expect(other.exit == .status(1))
        #expect(other.output == "openjd_fail: the program of \"x\" runs the command \"run-line\"\n")
        let bare = await (try RunningProgram(program, [])).end()
        #expect(bare.exit == .status(64))
        #expect(bare.output.hasPrefix("this program runs the command \"run-line\" for flamenco-agent, and expects it"))
    }
}
