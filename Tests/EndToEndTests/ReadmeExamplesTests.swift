import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("What the README shows for short-lived workers", .timeLimit(.minutes(1)))
struct ReadmeExamplesTests {
    /// The block of the README in this language that has this text in it.
    private static func block(_ language: String, with text: String) throws -> String {
        let readme = try Checkout.text("README.md")
        let blocks = readme.components(separatedBy: "```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first.map { $0 + "\n" } }
        return try #require(blocks.first { $0.contains(text) })
    }

    @Test("the Slurm job runs an agent that the signal of Slurm reaches")
    func slurm() async throws {
        let farm = try await TestFarm()
        let block = try Self.block("sh", with: "#SBATCH")
        #expect(block.contains("http://manager.local:8080"))
        let script = try farm.folder.write(
            "job", block.replacing("http://manager.local:8080", with: farm.client.url.description))
        let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let job = try RunningProgram(
            "/bin/bash", [script],
            environment: [
                "PATH": "\(products):\(path)", "TMPDIR": farm.folder.url.path, "SLURM_ARRAY_JOB_ID": "4711",
                "SLURM_ARRAY_TASK_ID": "7",
            ])
        _ = await job.line(with: "the worker is awake")
        #expect(job.output.contains("as “slurm-4711-7”"))
        job.send(SIGTERM)
        #expect(await job.exit() == .status(0))
        #expect(job.output.contains("signed off"))
        await farm.stop()
    }

    /// What YAML says, by a parser that knows nothing of ours; `Tests/run.sh` brings it.
    private static func value(ofYAML text: String) async throws -> JSONValue {
        let folder = try TemporaryFolder()
        let file = try folder.write("deployment.yaml", text)
        let program = try RunningProgram(
            Checkout.python,
            ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", file])
        return try WireJSON.decode(JSONValue.self, from: Data(await program.end().output.utf8))
    }

    /// What `check-config` says to the arguments of a container.
    private static func check(
        _ arguments: [String], environment: [String: String]
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        try #require(arguments.first == "run")
        return await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["check-config"] + arguments.dropFirst(),
                environment: environment)).end()
    }

    @Test("the Deployment has settings that there are, and time enough to end")
    func kubernetes() async throws {
        let text = try Self.block("yaml", with: "kind: Deployment")
        let pod = try #require(try await Self.value(ofYAML: text)["spec"]?["template"]?["spec"])
        #expect(pod["enableServiceLinks"] == false)
        guard case .array(let containers) = pod["containers"], let agent = containers.first,
            case .array(let words) = agent["args"], case .array(let variables) = agent["env"],
            case .integer(let patience) = pod["terminationGracePeriodSeconds"]
        else { throw CocoaError(.coderInvalidValue) }
        var environment: [String: String] = [:]
        for variable in variables {
            environment[try #require(variable["name"]?.stringValue)] = variable["value"]?.stringValue ?? "pod-1"
        }
        let arguments = words.compactMap(\.stringValue)
        #expect(arguments.count == words.count)
        let checked = try await Self.check(arguments, environment: environment)
        #expect(checked.exit == .status(0), "\(checked.output)")
        #expect(checked.output.contains(#/\nephemeral +true +--ephemeral\n/#))
        let flush = try #require(checked.output.firstMatch(of: #/\nflush_time +(\d+) s /#))
        #expect(patience > 10 + 1 + (try #require(Int64(flush.1))) + 3)
    }

    @Test("the container runs an ephemeral agent")
    func container() async throws {
        let file = try Checkout.text("systemd/Containerfile")
        func words(_ instruction: String) throws -> [String] {
            let line = try #require(file.split(separator: "\n").first { $0.hasPrefix(instruction + " ") })
            return try JSONDecoder().decode([String].self, from: Data(line.dropFirst(instruction.count + 1).utf8))
        }
        #expect(try words("ENTRYPOINT") == ["flamenco-agent"])
        let checked = try await Self.check(
            words("CMD"),
            environment: [
                "FLAMENCO_AGENT_MANAGER_URL": "http://m", "STATE_DIRECTORY": "/var/lib/flamenco-agent",
            ])
        #expect(checked.exit == .status(0), "\(checked.output)")
        #expect(checked.output.contains(#/\nephemeral +true +--ephemeral\n/#))
    }
}
