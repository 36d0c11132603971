import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("Commands for any manager", .timeLimit(.minutes(1)))
struct FarmCommandsTests {
    private let farm: TestFarm

    init() async throws { farm = try await TestFarm("--job-types", Checkout.path("Tests/EndToEndTests/JobTypes")) }

    private func start(_ arguments: String...) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("manager-lite"), arguments + ["--manager", farm.client.url.description],
            environment: ["TZ": "UTC"])
    }

    private func run(_ arguments: [String]) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram(
            BuiltProducts.path("manager-lite"), arguments + ["--manager", farm.client.url.description],
            environment: ["TZ": "UTC"]
        ).end()
    }

    private func json(_ arguments: String...) async throws -> JSONValue {
        let (exit, output) = try await run(arguments + ["--json"])
        try #require(exit == .status(0), "\(output)")
        return try WireJSON.decode(JSONValue.self, from: Data(output.utf8))
    }

    private func submit(_ name: String, _ command: String) async throws -> String {
        let (exit, output) = try await run([
            "submit", "--type", "command-line", "--name", name, "--set", #"commands=[["sh", "-c", "\#(command)"]]"#,
        ])
        try #require(exit == .status(0), "\(output)")
        return try #require(output.firstMatch(of: #/job ([-0-9a-f]{36}) is queued/#)).1.description
    }

    @Test("list jobs, tasks and workers, print logs, and change what they name")
    func farmAtWork() async throws {
        let shot = try await submit("shot", "echo hello; exit 1")
        #expect(try await run(["jobs"]).output.contains(#/\n[0-9a-f]{8} +shot +command-line +queued +0\/1 +50 +20/#))
        #expect(try await json("jobs")["jobs"]?.first?["id"] == .string(shot))
        #expect(try await run(["tasks", "shot"]).output.contains(#/\n[0-9a-f]{8} +command +misc +queued +0\/1 +50/#))
        #expect(try await run(["log", "command"]).output == "task command is queued, and has no log yet\n")
        #expect(
            try await run(["cancel", String(shot.prefix(8))]).output == "job shot (\(shot.prefix(8))) is canceled\n")

        let agent = try farm.startAgent()
        let events = try start("events", "--follow", "--interval", "100ms", "--json")
        let isTold: @Sendable (Substring) -> Bool = {
            $0.contains("task command") && $0.contains(#""status":"failed""#) && $0.contains(#""job":"\#(shot)""#)
        }
        // As often as it takes until somebody listens.
        repeat {
            #expect(try await json("requeue", "shot").first?["name"] == "shot")
            let log = await (try start("log", "shot/command", "--follow")).end()
            #expect(log.exit == .status(0))
            #expect(log.output.contains("\nhello\n"), "\(log.output)")
        } while !events.output.split(separator: "\n").contains(where: isTold)
        #expect(try await json("log", "shot/command")["log"]?.stringValue?.contains("hello\n") == true)
        #expect(try await run(["workers"]).output.contains(#/\n[0-9a-f]{8} +agent +awake +blender, .*misc/#))
        await farm.stop(agent)
    }

    @Test(
        "say what they do not understand",
        arguments: [
            (["tasks"], 64, "\"tasks\" needs the name or ID of a job"),
            (["tasks", "a", "b"], 64, "unexpected argument \"b\" after \"a\""),
            (["tasks", "nothing"], 1, "there is no job \"nothing\""), (["log", "x"], 1, "there is no task \"x\""),
            (["log", "x", "--follow", "--json"], 64, "--follow and --json cannot be combined"),
            (["cancel"], 64, "\"cancel\" needs the name or ID of a job"),
            (["requeue", "x"], 1, "there is no job \"x\""),
            (["events"], 64, "\"events\" needs --follow"),
            (["events", "--follow", "--interval", "often"], 64, "--interval should be a time such as 500ms or 5s"),
            (["jobs", "x"], 64, "\"jobs\" takes no operands, but got \"x\""),
            (["job-types", "x"], 1, "there is no job type \"x\""),
            (["submit", "--type", "x"], 1, "the manager answered 400 \"there is no job type"),
            (["submit", "job.json", "--set", "a=b"], 64, "--set is only valid with --type"),
        ])
    func complaints(arguments: [String], status: Int32, sentence: String) async throws {
        let (exit, output) = try await run(arguments)
        #expect(exit == .status(status), "\(output)")
        #expect(output.contains(sentence), "\(output)")
        await farm.stop()
    }

    @Test("a job of a type in JavaScript goes from its submission to its end, and what it waits for is said")
    func jobType() async throws {
        #expect(try await run(["job-types"]).output.contains(#/\nhello-name +Hello +name/#))
        #expect(try await run(["job-types", "hello-name"]).output.contains(#/\nname +string +required/#))
        let wait = try start("submit", "--type", "hello-name", "--set", "name=47", "--wait")
        #expect(await wait.line(with: "waiting: no worker has registered with the manager") != nil)
        let agent = try farm.startAgent()
        let (exit, output) = await wait.end()
        #expect(exit == .status(0), "\(output)")
        #expect(try await run(["log", "greet"]).output.contains("\nHello, 47!\n"))
        let refused = try await run(["submit", "--type", "hello-name", "--set", "name="])
        #expect(refused.exit == .status(1))
        #expect(refused.output.contains("job type \"hello-name\": hello_name.js:"), "\(refused.output)")
        #expect(farm.manager.output.contains(" hello_name.js: greeting 47\n"))
        await farm.stop(agent)
    }

    @Test("the log of a task that fails is shown while somebody waits")
    func failure() async throws {
        let agent = try farm.startAgent()
        let (output, exit) = try await farm.submit(
            "--type", "command-line", "--name", "bad", "--set", #"commands=[["sh", "-c", "echo oh no; exit 4"]]"#)
        #expect(exit == .status(1))
        #expect(output.contains(#/\ntask command failed on worker agent; the end of its log:\n/#), "\(output)")
        #expect(output.contains("\noh no\n"))
        #expect(output.contains(#/\njob bad \([-0-9a-f]{36}\) is failed\n/#))
        await farm.stop(agent)
    }
}

extension JSONValue {
    fileprivate var first: JSONValue? {
        if case .array(let elements) = self { elements.first } else { nil }
    }
}
