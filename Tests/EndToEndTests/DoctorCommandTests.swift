import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("flamenco-agent doctor", .timeLimit(.minutes(1)))
struct DoctorCommandTests {
    private func doctor(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
        await (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["doctor"] + arguments)).end()
    }

    /// What is printed, with one space where columns begin.
    private func words(_ output: String) -> String { output.replacing(#/ {2,}/#, with: " ") }

    @Test("finds a good node good before and while an agent runs, and changes nothing")
    func good() async throws {
        let farm = try await TestFarm()
        let options = ["--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("agent")]
        let before = try await doctor(options[0], options[1], options[2], options[3])
        #expect(before.exit == .status(0), "\(before.output)")
        #expect(words(before.output).contains("✓ manager manager-lite "))
        #expect(words(before.output).contains("– credentials none yet: the worker registers at its first start\n"))
        #expect(words(before.output).contains("✓ blender Blender "))
        #expect(before.output.split(separator: "\n").count < 32)
        #expect(!FileManager.default.fileExists(atPath: farm.folder.path("agent")))

        let agent = try farm.startAgent()
        _ = await agent.line(with: "the worker is awake")
        let during = try await doctor(options[0], options[1], options[2], options[3], "--json")
        #expect(during.exit == .status(0), "\(during.output)")
        let report = try WireJSON.decode(JSONValue.self, from: Data(during.output.utf8))
        #expect(report["healthy"] == true)
        guard case .array(let checks) = report["checks"] else { throw CocoaError(.coderInvalidValue) }
        let state = try #require(checks.first { $0["name"] == "state folder" })
        #expect(state["finding"]?.stringValue?.contains("in use by the running agent, process \(agent.pid)") == true)
        #expect(checks.contains { $0["name"] == "credentials" && $0["status"] == "ok" })
        await farm.stop(agent)
    }

    @Test("says what is wrong and what to do, with status 1")
    func bad() async throws {
        let folder = try TemporaryFolder()
        let found = try await doctor(
            "--manager-url", "http://127.0.0.1:9", "--state-dir", folder.path("state"), "--allowed-paths",
            folder.path("gone"), "--min-free-space", "1000000GiB")
        #expect(found.exit == .status(1))
        #expect(words(found.output).contains("✗ manager GET http://127.0.0.1:9/api/v3/version: cannot connect"))
        #expect(found.output.contains("→ check that the manager is running"))
        #expect(words(found.output).contains("✗ allowed paths \(folder.path("gone")): no such file or directory\n"))
        #expect(words(found.output).contains("✓ supervisor can run programs\n"))
        // The state folder is not there yet; its disk is.
        #expect(words(found.output).contains("✗ required paths the disk of \(folder.url.path) has "))
    }

    @Test("programs start elsewhere than in the caller's folder, which their user may not be let into")
    func closedFolder() async throws {
        let shared = URL(filePath: "/tmp/flamenco-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: shared, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: shared) }
        for name in ["flamenco-agent", "task-supervisor"] {
            try BuiltProducts.copy(name, to: shared.path + "/" + name)
        }
        let closed = try TemporaryFolder()
        let other = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        func call(_ arguments: String...) async throws -> String {
            let call = ["-c", "chmod 0 . && exec \"$@\"", "sh"] + other + [shared.path + "/flamenco-agent"]
            return await
                (try RunningProgram(
                    "/bin/sh", call + arguments,
                    environment: ["HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "TMPDIR": "/tmp"],
                    in: closed.url.path)).end().output
        }
        let found = words(
            try await call("doctor", "--manager-url", "http://127.0.0.1:9", "--state-dir", "/tmp/flamenco-test-none"))
        #expect(found.contains("✓ supervisor can run programs\n"), "\(found)")
        #expect(found.contains("✓ ffmpeg "), "\(found)")
        let tried = try await call("try", "exec", "--param", "exe=readlink", "--param", #"args=["/proc/self/cwd"]"#)
        #expect(tried.contains("\n/tmp\n"), "\(tried)")
    }

    @Test("settings that cannot be used are all that it speaks of")
    func settings() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("settings.json5", "{manger_url: 'http://m'}")
        let found = try await doctor("--settings", file)
        #expect(found.exit == .status(1))
        #expect(
            found.output == """
                ✗ settings  \(file): there is no setting "manger_url"; did you mean "manager_url"?
                            → fix this and run doctor again: all other checks need the settings

                """)
    }
}
