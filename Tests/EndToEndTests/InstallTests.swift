import Foundation
import TestSupport
import Testing

@Suite("Installing", .timeLimit(.minutes(2)))
struct InstallTests {
    private static let products = URL(filePath: BuiltProducts.path("flamenco-agent")).deletingLastPathComponent().path

    let root: TemporaryFolder

    init() throws { root = try TemporaryFolder() }

    private func script(_ name: String, _ arguments: String...) async throws -> (RunningProgram.Exit, String) {
        let program = try RunningProgram(
            Checkout.path("systemd/\(name).sh"), arguments + ["--root", root.url.path])
        let (exit, output) = await program.end()
        return (exit, output)
    }

    private func install(_ arguments: String...) async throws -> String {
        let program = try RunningProgram(
            Checkout.path("systemd/install.sh"),
            arguments + ["--from", Self.products, "--root", root.url.path])
        let (exit, output) = await program.end()
        try #require(exit == .status(0), "\(output)")
        return output
    }

    private func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.url.path).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root.path(path), isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    @Test("puts everything in its place, does it again without harm, and takes it away again but for the settings")
    func installAndUninstall() async throws {
        let first = try await install("--prefix", "/opt/farm", "--manager", "http://manager.local:8080")
        #expect(first.contains("systemctl enable --now flamenco-agent"))
        let installed = try files()
        #expect(
            installed == [
                "etc/flamenco-agent/settings.json5", "etc/systemd/system/flamenco-agent.service",
                "etc/systemd/system/flamenco-agent.service.d/render-user.conf",
                "etc/systemd/system/flamenco-agent@.service", "etc/systemd/system/manager-lite.service",
                "etc/sysusers.d/flamenco-agent.conf", "opt/farm/bin/flamenco-agent", "opt/farm/bin/manager-lite",
                "opt/farm/libexec/flamenco-agent/executors/image-convert/executor.json5",
                "opt/farm/libexec/flamenco-agent/executors/image-convert/main.py",
                "opt/farm/libexec/flamenco-agent/executors/python-script/executor.json5",
                "opt/farm/libexec/flamenco-agent/executors/python-script/main.py",
                "opt/farm/libexec/flamenco-agent/task-supervisor",
                "opt/farm/share/bash-completion/completions/flamenco-agent",
                "opt/farm/share/bash-completion/completions/manager-lite",
                "opt/farm/share/fish/vendor_completions.d/flamenco-agent.fish",
                "opt/farm/share/fish/vendor_completions.d/manager-lite.fish",
                "opt/farm/share/flamenco-agent/demo-scene.py",
                "opt/farm/share/flamenco-agent/monitoring/alerts.yml",
                "opt/farm/share/flamenco-agent/monitoring/grafana-dashboard.json",
                "opt/farm/share/flamenco-agent/render-user.conf", "opt/farm/share/flamenco-agent/settings.json5",
                "opt/farm/share/man/man1/flamenco-agent.1.gz",
                "opt/farm/share/man/man1/manager-lite.1.gz",
                "opt/farm/share/zsh/site-functions/_flamenco-agent",
                "opt/farm/share/zsh/site-functions/_manager-lite",
            ])
        let unit = try String(contentsOfFile: root.path("etc/systemd/system/flamenco-agent.service"), encoding: .utf8)
        #expect(unit.contains("\nExecStart=/opt/farm/bin/flamenco-agent run\n"))
        // An agent that a dead disk holds is killed by its watchdog well before a stop in good order would be over.
        #expect(unit.contains("\nTimeoutAbortSec=10\n"))
        let check = try await output(
            of: root.path("opt/farm/bin/flamenco-agent"), "check-config", "--settings",
            root.path("etc/flamenco-agent/settings.json5"), "--run-as-user", "none")
        #expect(check.contains("http://manager.local:8080"))

        let executors = try await output(of: root.path("opt/farm/bin/flamenco-agent"), "executors")
        #expect(executors.contains("image-convert") && executors.contains("python-script"), "\(executors)")
        #expect(!executors.contains("left out"), "\(executors)")

        let again = try await install("--prefix", "/opt/farm", "--manager", "http://other:8080")
        #expect(again.contains("already exists and is unchanged"))
        #expect(try files() == installed)
        for _ in 0..<2 {
            let (exit, output) = try await script("uninstall", "--prefix", "/opt/farm")
            #expect(exit == .status(0), "\(output)")
            #expect(
                try files() == [
                    "etc/flamenco-agent/settings.json5", "etc/systemd/system/flamenco-agent.service.d/render-user.conf",
                ])
        }
    }

    @Test("a folder without the programs is refused with a sentence", arguments: ["/nope", "systemd"])
    func noPrograms(from: String) async throws {
        let (exit, output) = try await script("install", "--from", from)
        #expect(exit == .status(64))
        let whole = from.hasPrefix("/") ? from : FileManager.default.currentDirectoryPath + "/" + from
        #expect(output == "install.sh: --from should be a folder with the built programs, but is \"\(whole)\"\n")
        #expect(try files().isEmpty)
    }

    @Test("a program that breaks while it is installed leaves no piece of a file, and the one that was there")
    func brokenProgram() async throws {
        let built = try TemporaryFolder()
        for name in ["flamenco-agent", "manager-lite", "task-supervisor"] {
            // Without the answers of which the manual pages are made.
            try built.write(name, "#!/bin/sh\nexit 1\n", executable: true)
        }
        try root.write("usr/local/share/man/man1/flamenco-agent.1.gz", "old")
        let (exit, output) = try await script("install", "--from", built.url.path)
        #expect(exit != .status(0), "\(output)")
        #expect(try files().filter { $0.hasSuffix(".new") } == [])
        let page = root.path("usr/local/share/man/man1/flamenco-agent.1.gz")
        #expect(try String(contentsOfFile: page, encoding: .utf8) == "old")
    }

    @Test(
        "refuses what makes no sense with a sentence, and installs nothing",
        arguments: [
            (["--manager", "manager.local"], "--manager should be a URL such as http://manager.local:8080"),
            (["--prefix", "farm"], "--prefix should be an absolute path, but is \"farm\""),
            (["--manger", "x"], "there is no option \"--manger\""),
        ])
    func refuses(arguments: [String], sentence: String) async throws {
        let program = try RunningProgram(
            Checkout.path("systemd/install.sh"), ["--root", root.url.path] + arguments)
        let (exit, output) = await program.end()
        #expect(exit == .status(64))
        #expect(output.contains(sentence), "\(output)")
        #expect(try files().isEmpty)
    }

    @Test(
        "the page for operators has the exposure that systemd-analyze finds",
        arguments: [
            ("flamenco-agent.service", "4.5", "4.7", false), ("flamenco-agent.service", "4.5", "5.1", true),
            ("manager-lite.service", "1.5", "1.7", false),
        ])
    func exposure(name: String, live: String, known: String, withRenderUser: Bool) async throws {
        _ = try await install("--prefix", "/usr")
        if !withRenderUser {
            try FileManager.default.removeItem(atPath: root.path("etc/systemd/system/flamenco-agent.service.d"))
        }
        let found = try await output(
            of: "systemd-analyze", "security", "--offline=true", root.path("etc/systemd/system/" + name))
        let figure = try #require(
            found.firstMatch(of: #/Overall exposure level for \S+: (?<level>[0-9.]+) /#)?.level, "\(found)")
        // Each version of systemd weighs in its own way.
        let version = try await output(of: "systemd-analyze", "--version")
        if version.hasPrefix("systemd 252 ") { #expect(figure == known) }
        let readme = try Checkout.text("systemd/README.md")
        let words = readme.replacing("\n", with: " ").replacing(" (\"OK\")", with: "")
        // Only a service manager that runs has the figure of the unit as it is loaded.
        #expect(words.contains("\(live) for `\(name)`"))
        #expect(words.contains(#/`--offline=true`, it finds 4\.7 and 1\.7\./#) && words.contains(known))
        #expect(words.contains("three capabilities, makes the 4.7 a 5.1"))
    }

    @Test("every unit is one that systemd takes")
    func units() async throws {
        _ = try await install("--prefix", "/usr")
        for name in ["flamenco-agent.service", "flamenco-agent@.service", "manager-lite.service"] {
            let unit = try String(contentsOfFile: root.path("etc/systemd/system/" + name), encoding: .utf8)
            let instance = name.replacing("@.", with: "@one.")
            // The programs are where they were built, not in the place that the unit is for.
            let path = try root.write("verify/" + instance, unit.replacing("/usr/bin/", with: Self.products + "/"))
            let program = try RunningProgram(
                "/usr/bin/env", ["systemd-analyze", "--man=no", "--recursive-errors=no", "verify", path])
            let (exit, output) = await program.end()
            #expect(exit == .status(0), "\(output)")
            #expect(!output.contains(name) && !output.contains(instance), "\(output)")
        }
    }
}
