import Agent
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("flamenco-agent setup", .timeLimit(.minutes(1)))
struct SetupCommandTests {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path("etc/settings.json5")
    }

    private func setup(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
        await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["setup", "--settings", file] + arguments,
                environment: ["XDG_STATE_HOME": folder.path("state")])).end()
    }

    private var text: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    @Test("writes settings, runs the doctor and says how to start; another time it changes what it is told")
    func writes() async throws {
        let farm = try await TestFarm()
        let url = farm.client.url.description
        let first = try await setup("--manager-url", url, "--auto")
        #expect(first.exit == .status(0), "\(first.output)")
        #expect(first.output.hasPrefix("wrote \(file)\n✓ settings "), "\(first.output)")
        #expect(first.output.contains("\n✓ manager "))
        #expect(first.output.hasSuffix("\n\nstart it with: flamenco-agent run --settings \(file)\n"), "\(first.output)")
        #expect(text.hasSuffix("{\n    manager_url: \"\(url)\",\n}\n"), "\(text)")
        let second = try await setup("--name", "node \"7\"")
        #expect(second.output.hasPrefix("changed \(file)\n"), "\(second.output)")
        #expect(try SettingsFile(path: file).values == ["manager_url": .string(url), "worker_name": "node \"7\""])
        let third = try await setup()
        #expect(third.output.hasPrefix("\(file) is unchanged\n"))
        await farm.stop()
    }

    @Test("puts values where the installed settings have them as comments, and leaves the rest alone")
    func installed() async throws {
        let old = try Checkout.text("systemd/settings.json5")
        try folder.write("etc/settings.json5", old)
        chmod(file, 0o640)
        _ = try await setup("--manager-url", "http://127.0.0.1:9", "--name", "render-07")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == old.split(separator: "\n", omittingEmptySubsequences: false).count)
        #expect(
            lines.contains("    manager_url: \"http://127.0.0.1:9\",")
                && lines.contains("    worker_name: \"render-07\","))
        #expect(text.contains("    // allowed_paths: [\"/render\"],"))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        try folder.write("etc/settings.json5", "{nice: 5, manager_url: 'http://x'}")
        let refused = try await setup("--manager-url", "http://127.0.0.1:9")
        #expect(refused.exit == .status(78))
        #expect(
            refused.output.contains(
                "cannot change \"manager_url\" in \(file) as it is written: write manager_url: \"http"))
        #expect(text == "{nice: 5, manager_url: 'http://x'}")
    }

    @Test("says what is wrong, and writes nothing then")
    func wrong() async throws {
        let missing = try await setup()
        #expect(missing.exit == .status(64))
        #expect(missing.output.contains("\"setup\" needs a manager: use --manager-url with a URL such as"))
        let bad = try await setup("--manager-url", "ftp://x")
        #expect(bad.exit == .status(64) && bad.output.contains("--manager-url: "), "\(bad.output)")
        #expect(!FileManager.default.fileExists(atPath: file))
        try folder.write("etc/settings.json5", "{nicee: 5,\n}")
        let unknown = try await setup("--manager-url", "http://127.0.0.1:9")
        #expect(unknown.exit == .status(1))
        #expect(unknown.output.contains("there is no setting \"nicee\"; did you mean \"nice\"?"))
    }

    @Test("sets the user of programs alone, says what was done, and takes it back")
    func renderUser() async throws {
        try folder.write("etc/settings.json5", "{\n    // The farm.\n    manager_url: \"http://m:8080\",\n}\n")
        let on = try await setup("--render-user", "nobody")
        #expect(on.exit == .status(0))
        #expect(
            on.output == """
                no systemd unit of this agent is known: give it the capabilities CAP_SETUID, CAP_SETGID, CAP_KILL
                \(file): "run_as_user" is "nobody"

                """)
        #expect(text == "{\n    run_as_user: \"nobody\",\n    // The farm.\n    manager_url: \"http://m:8080\",\n}\n")
        let off = try await setup("--render-user", "none")
        #expect(off.exit == .status(0) && off.output == "\(file): \"run_as_user\" is no longer set\n")
        let again = try await setup("--render-user", "none")
        #expect(again.output == "\(file) is already so\n")
    }

    @Test("sets the user of programs together with the manager, and then runs the doctor")
    func managerAndUser() async throws {
        let (_, output) = try await setup("--manager-url", "http://127.0.0.1:9", "--render-user", "nobody")
        #expect(
            try SettingsFile(path: file).values == ["manager_url": "http://127.0.0.1:9", "run_as_user": "nobody"])
        #expect(output.contains("\n\(file): \"run_as_user\" is \"nobody\"\n✓ settings "), "\(output)")
        #expect(output.hasSuffix("\n\nstart it with: flamenco-agent run --settings \(file)\n"), "\(output)")
    }

    @Test(
        "says in one sentence what is wrong with the user of programs",
        arguments: [
            (["--render-user", "nobody", "now"], 64, "now"),
            (["--render-user", "nobody-of-that-name"], 78, "there is no user \"nobody-of-that-name\" on this machine"),
            (["--render-user", "root"], 78, "programs must not run as \"root\", which is root"),
        ] as [([String], Int32, String)])
    func wrongUser(arguments: [String], status: Int32, sentence: String) async throws {
        try folder.write("etc/settings.json5", "{\n}\n")
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["setup", "--settings", file] + arguments)
        let (exit, output) = await program.end()
        #expect(exit == .status(status), "\(output)")
        #expect(output.contains(sentence), "\(output)")
        #expect(text == "{\n}\n")
    }

    @Test("changes no user of programs without a settings file")
    func noSettings() async throws {
        let missing = try await setup("--render-user", "nobody")
        #expect(missing.exit == .status(78))
        #expect(missing.output.contains("cannot read the settings file \(file)"), "\(missing.output)")
    }

    @Test("asks on a terminal until it has a URL")
    func asks() async throws {
        let program = try RunningProgram(
            "/usr/bin/env",
            [
                "python3", "-c", TerminalScript.text,
                #"[["Manager: ", "what"], ["Manager: ", "http://127.0.0.1:9"], ["]: ", "node7"]]"#,
                BuiltProducts.path("flamenco-agent"), "setup", "--settings", file,
            ],
            environment: ["XDG_STATE_HOME": folder.path("state")])
        _ = await program.end()
        #expect(try SettingsFile(path: file).values == ["manager_url": "http://127.0.0.1:9", "worker_name": "node7"])
    }

    @Test("check-config --init prints every setting, with values that are allowed")
    func everySetting() async throws {
        let (exit, output) = await
            (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["check-config", "--init"])).end()
        #expect(exit == .status(0))
        #expect(try SettingsFile(path: folder.write("empty.json5", output)).values == [:])
        let lines = output.split(separator: "\n").map(String.init)
        for setting in SettingDeclarations.all {
            let line = try #require(lines.first { $0.hasPrefix("    // \(setting.name): ") }, "\(setting.name)")
            let value = line.dropFirst("    // ".count)
            let file = try SettingsFile(path: folder.write("one.json5", "{\(value)}"))
            let input = try SettingsInput(options: [:], environment: [:], file: file)
            let shown = try setting.effective(in: input).shown
            #expect(shown.source == .file(path: file.path), "\(line)")
            // Words that were cut out of a sentence in the wrong place would be no values that people understand.
            #expect(!line.contains("such as") && !line.contains("…"), "\(line)")
        }
    }
}
