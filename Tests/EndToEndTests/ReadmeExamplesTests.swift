import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("What the pages show", .timeLimit(.minutes(4)))
struct ReadmeExamplesTests {
    /// The block of the page for operators in this language that has this text in it.
    private static func block(_ language: String, with text: String) throws -> String {
        let readme = try Checkout.text("systemd/README.md")
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
        #expect(job.output.contains("as \"slurm-4711-7\""))
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

    @Test("workflows, alerts and dashboard are what their readers take")
    func documents() async throws {
        for name in ["check", "package"] {
            let workflow = try await Self.value(ofYAML: Checkout.text(".github/workflows/\(name).yml"))
            guard case .object(let jobs) = workflow["jobs"] else { throw CocoaError(.coderInvalidValue) }
            for job in jobs.values {
                #expect(job["uses"] != nil || job["runs-on"] != nil && job["timeout-minutes"] != nil, "\(name)")
            }
        }
        let alerts = try await Self.value(ofYAML: Checkout.text("systemd/monitoring/alerts.yml"))
        guard case .array(let groups) = alerts["groups"], case .array(let rules) = groups.first?["rules"] else {
            throw CocoaError(.coderInvalidValue)
        }
        #expect(rules.count > 5)
        for rule in rules {
            #expect(rule["alert"]?.stringValue?.hasPrefix("FlamencoAgent") == true)
            #expect(rule["expr"]?.stringValue?.isEmpty == false)
            #expect(rule["annotations"]?["summary"]?.stringValue?.contains("$labels.instance") == true)
        }
        let dashboard = try WireJSON.decode(
            JSONValue.self, from: Data(Checkout.text("systemd/monitoring/grafana-dashboard.json").utf8))
        guard case .array(let panels) = dashboard["panels"] else { throw CocoaError(.coderInvalidValue) }
        #expect(panels.count > 10)
        for panel in panels { #expect(panel["targets"] != nil && panel["title"]?.stringValue?.isEmpty == false) }
    }

    @Test("the first render of the README gives ten frames")
    func firstRender() async throws {
        let readme = try Checkout.text("README.md")
        let section = try #require(readme.firstMatch(of: #/\n## A first render\n(?s:.*?)\n## /#)).output
        let folder = try TemporaryFolder()
        let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // Below those that the system gives to whoever asks for any.
        let address = "127.0.0.1:\(10_000 + Int(getpid()) % 10_000)"
        let blocks = section.matches(of: #/```sh\n(?<code>(?:.*\n)*?)```/#).prefix(3).map {
            String($0.code).replacing("/tmp/farm", with: folder.url.path).replacing("127.0.0.1:8080", with: address)
                .replacing("/usr/share/flamenco-agent/demo-scene.py", with: Checkout.path("manager-lite/demo-scene.py"))
                .replacing("\nmanager-lite serve", with: "\nexec manager-lite serve --listen \(address)")
                .replacing("manager-lite submit", with: "manager-lite submit --manager http://\(address)")
                .replacing("flamenco-agent run", with: "exec flamenco-agent run")
        }
        try #require(blocks.count == 3)
        func start(_ block: String) throws -> RunningProgram {
            try RunningProgram(
                "/usr/bin/env", ["bash", "-euo", "pipefail", "-c", block],
                environment: ["PATH": "\(products):\(path)"], in: folder.url.path)
        }
        let manager = try start(blocks[0])
        _ = await manager.line(with: address)
        let agent = try start(blocks[1])
        let submitted = await (try start(blocks[2])).end()
        #expect(submitted.exit == .status(0), "\(submitted.output)\(manager.output)\(agent.output)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path("frames"))
        #expect(files.filter { $0.hasSuffix(".png") }.count == 10, "\(files)")
        for program in [agent, manager] {
            program.send(SIGTERM)
            #expect(await program.exit() == .status(0), "\(program.output)")
        }
    }

    @Test("the container runs an ephemeral agent")
    func container() async throws {
        let file = try Checkout.text("systemd/Containerfile")
        func words(_ instruction: String) throws -> [String] {
            let line = try #require(file.split(separator: "\n").first { $0.hasPrefix(instruction + " ") })
            return try JSONDecoder().decode([String].self, from: Data(line.dropFirst(instruction.count + 1).utf8))
        }
        #expect(try words("ENTRYPOINT") == ["flamenco-agent"])
        #expect(file.contains("\nUSER ${AGENT_UID}\n") && file.contains("\nFROM ${SWIFT} AS build\n"))
        let checked = try await Self.check(
            words("CMD"),
            environment: [
                "FLAMENCO_AGENT_MANAGER_URL": "http://m", "STATE_DIRECTORY": "/var/lib/flamenco-agent",
            ])
        #expect(checked.exit == .status(0), "\(checked.output)")
        #expect(checked.output.contains(#/\nephemeral +true +--ephemeral\n/#))
    }
}
