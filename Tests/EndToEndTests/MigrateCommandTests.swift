import Foundation
import TestSupport
import Testing

@Suite("flamenco-agent migrate", .timeLimit(.minutes(1)))
struct MigrateCommandTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "worker/flamenco-worker.yaml",
            """
            # Written by Flamenco Worker.
            manager_url: http://manager.local:8080/
            task_types: [blender, ffmpeg, file-management, misc]
            restart_exit_code: 47
            linux_only: something

            """)
        try folder.write(
            "worker/flamenco-worker-credentials.yaml",
            """
            worker_id: 8b38fbd7-0a3d-4e2a-9f42-1a7d5a1e6a3f
            secret: 0123456789abcdef

            """)
    }

    private func migrate(_ arguments: String...) async throws -> (status: RunningProgram.Exit, output: String) {
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "migrate", "--from", folder.path("worker"), "--settings", folder.path("etc/settings.json5"),
                "--state-dir", folder.path("state"),
            ] + arguments, environment: ["FLAMENCO_WORKER_NAME": "render-7"])
        let (exit, output) = await program.end()
        return (exit, output)
    }

    @Test("writes settings that hold and the credentials, says what it left out, and does it once")
    func migration() async throws {
        let (status, output) = try await migrate()
        #expect(status == .status(0), "\(output)")
        #expect(output.contains("left out \"linux_only\" (line 5): this agent has no such setting"))
        #expect(output.contains("this node remains worker 8b38fbd7-0a3d-4e2a-9f42-1a7d5a1e6a3f"))
        #expect(!output.contains("0123456789abcdef"), "the secret is nobody's business")
        let credentials = folder.path("state/credentials.json")
        #expect(try String(contentsOfFile: credentials, encoding: .utf8).contains("0123456789abcdef"))
        let mode = try FileManager.default.attributesOfItem(atPath: credentials)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let check = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["check-config", "--settings", folder.path("etc/settings.json5")])
        let checked = await check.end()
        #expect(checked.exit == .status(0), "\(checked.output)")
        for value in ["http://manager.local:8080", "render-7", "47", folder.path("state")] {
            #expect(checked.output.contains(value), "\(checked.output)")
        }
        let again = try await migrate()
        #expect(again.status == .status(78))
        #expect(again.output.contains("settings.json5 already exists"))
    }

    @Test("with --dry-run only says what it would do")
    func dryRun() async throws {
        let (status, output) = try await migrate("--dry-run")
        #expect(status == .status(0), "\(output)")
        #expect(output.contains("would write \(folder.path("etc/settings.json5"))"))
        #expect(output.contains("manager_url"))
        #expect(try folder.names() == ["worker"])
    }

    @Test("names a key with what is nested in it, and takes over the rest")
    func nested() async throws {
        try folder.write("worker/flamenco-worker.yaml", "\u{FEFF}mqtt:\r\n  client:\r\nmanager_url: 'http://m'\r\n")
        let (status, output) = try await migrate()
        #expect(status == .status(0), "\(output)")
        #expect(
            output.contains("left out \"mqtt\" (line 1): this agent has no such setting; it has nested values (line 2)")
        )
        #expect(
            try String(contentsOfFile: folder.path("etc/settings.json5"), encoding: .utf8).contains(
                "manager_url: \"http://m\""))
    }

    @Test("names the line that it does not understand, and writes nothing")
    func notUnderstood() async throws {
        try folder.write("worker/flamenco-worker.yaml", "colour: blue\nmqtt: x\nmanager_url:\n  host: x\n")
        let (status, output) = try await migrate()
        #expect(status == .status(78))
        #expect(output.contains("flamenco-worker.yaml: ") && output.contains("line 3"), "\(output)")
        #expect(try folder.names() == ["worker"])
    }

    @Test("says so when there is nothing to take over")
    func nothing() async throws {
        try FileManager.default.removeItem(atPath: folder.path("worker"))
        let (status, output) = try await migrate()
        #expect(status == .status(78))
        #expect(output.contains("there is neither flamenco-worker.yaml nor flamenco-worker-credentials.yaml in"))
    }

    @Test("does not take a node's own identity away")
    func ownIdentity() async throws {
        try folder.write("state/credentials.json", "{}")
        let (status, output) = try await migrate()
        #expect(status == .status(78))
        #expect(output.contains("credentials.json already exists"), "\(output)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("etc/settings.json5")))
    }
}
