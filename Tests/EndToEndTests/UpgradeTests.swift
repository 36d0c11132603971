import Agent
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("An upgrade of the Debian package", .timeLimit(.minutes(1)))
struct UpgradeTests {
    /// What the package finds: two units that run, and what it has done to them.
    private struct Machine {
        let folder: TemporaryFolder
        static let units = ["flamenco-agent.service", "flamenco-agent@gpu0.service"]

        init(in folder: TemporaryFolder) throws {
            self.folder = folder
            for name in ["state/gpu0", "home", "systemd"] {
                try FileManager.default.createDirectory(
                    atPath: folder.path(name), withIntermediateDirectories: true)
            }
            for name in ["settings", "gpu0"] { try folder.write("etc/\(name).json5", "{}") }
            try folder.write(
                "bin/systemctl",
                """
                #!/bin/sh
                case "$*" in
                    *list-units*manager-lite*) ;;
                    *list-units*@*) printf '%s loaded active running x\\n' \(Self.units.joined(separator: " ")) ;;
                    *list-units*) echo 'flamenco-agent.service loaded active running x' ;;
                    *--property=MainPID*@*) cat \(folder.path("state/gpu0/main-pid")) ;;
                    *--property=MainPID*) cat \(folder.path("state/main-pid")) ;;
                esac
                """, executable: true)
            try folder.write(
                "bin/deb-systemd-invoke", "#!/bin/sh\necho \"$@\" >>\(folder.path("invoked"))\n", executable: true)
            for name in ["systemd-sysusers", "deb-systemd-helper"] {
                try folder.write("bin/\(name)", "#!/bin/sh\n", executable: true)
            }
        }

        /// Runs the script of the package.
        ///
        /// - Parameter version: which was there before; none when empty.
        func configure(after version: String = "0.1.0") async throws -> String {
            var script = try Checkout.text("systemd/debian/postinst")
            for (place, replacement) in [
                ("/usr/bin/flamenco-agent", BuiltProducts.path("flamenco-agent")),
                ("/run/systemd/system", folder.path("systemd")), ("/var/lib/flamenco-agent", folder.path("state")),
                ("/var/lib/flamenco-render", folder.path("home")), ("/etc/flamenco-agent", folder.path("etc")),
                ("/etc/systemd/system", folder.path("units")), ("/usr/share/flamenco-agent", folder.path("share")),
            ] { script = script.replacing(place, with: replacement) }
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let ended = await
                (try RunningProgram(
                    "/bin/sh", [try folder.write("postinst", script), "configure", version],
                    environment: ["PATH": "\(folder.path("bin")):\(path)"])).end()
            #expect(ended.exit == .status(0), "\(ended.output)")
            return ended.output
        }

        /// What it told systemd to do.
        var invoked: [String] {
            let text = (try? String(contentsOfFile: folder.path("invoked"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test(
        "changes neither settings nor unit, and a fresh installation lets programs run as another user",
        arguments: [("0.1.0", false), ("0.1.0", true), ("", true), ("", false)])
    func renderUser(version: String, hasSettings: Bool) async throws {
        let machine = try Machine(in: TemporaryFolder())
        try machine.folder.write("share/settings.json5", Checkout.text("systemd/settings.json5"))
        try machine.folder.write("share/render-user.conf", Checkout.text("Sources/Agent/Tools/render-user.conf"))
        let settings = machine.folder.path("etc/settings.json5")
        if !hasSettings { try FileManager.default.removeItem(atPath: settings) }
        _ = try await machine.configure(after: version)
        let isFresh = version.isEmpty && !hasSettings
        let text = try? String(contentsOfFile: settings, encoding: .utf8)
        #expect(
            text?.contains("\n    run_as_user: \"flamenco-render\",\n") == (isFresh ? true : hasSettings ? false : nil))
        let dropIn = try? String(
            contentsOfFile: machine.folder.path("units/flamenco-agent.service.d/render-user.conf"), encoding: .utf8)
        #expect(dropIn?.contains("\nAmbientCapabilities=CAP_SETUID CAP_SETGID CAP_KILL\n") == (isFresh ? true : nil))
    }

    /// What an agent of version 0.1.0 says, with a member more perhaps.
    private static func version010(_ more: String = "") -> String {
        #"""
        {"executor_problems":[],"is_signed_on":true,"manager":{"api":"v3","name":"manager-lite","url":"http://m:8080","version":"3.7"},"pid":4711,"problems":[{"level":"warning","message":"\n  \"task\" : {","time":"2026-11-24T20:00:33Z"}],"queue":{"bytes":0,"delivered_bytes":28,"delivered_updates":3,"tasks":0},"started_at":"2026-11-24T20:00:33Z","state":"awake","state_directory":"/var/lib/flamenco-agent","state_seconds":12.5,"state_since":"2026-11-24T20:00:33Z","steps_completed":0,"tasks":{"completed":0,"failed":0,"interrupted":0,"lost":0},"uptime_seconds":12.541,"version":"0.1.0","worker":{"id":"37912e12-aeb2-4212-84f5-81ec25ffe33c","name":"node7","task_types":["blender"]}\#(more)}
        """#
    }

    private static let task = #"""
        ,"task":{"cpu_seconds":1,"id":"dd14d1ac-299f-45d4-8238-8adffefaebd4","job_id":"1e367e54-bbaf-4e36-9eb6-a140c76949ba","job_type":"simple-blender-render","name":"render-1-3","processes":1,"programs":[],"resident_bytes":1,"running_seconds":724,"started_at":"2026-11-24T20:00:33Z","steps_completed":1,"task_type":"blender"}
        """#

    private enum Verdict { case idle, busy, unclear }

    private static let answers: [(String, Verdict)] = [
        (version010(), .idle), (version010(task), .busy),
        // Later versions may know more, and not all of this.
        (#"{"pid": 4711, "state": "asleep", "queue": {"task": {"id": "x"}}}"#, .idle),
        (#"{"pid": 4711, "state": "awake", "task": {}}"#, .busy),
        (#"{"pid": 4711, "state": "awake", "task": null}"#, .unclear),
        (#"{"pid": 4711, "state": "rendering"}"#, .unclear), (#"{"pid": 4711}"#, .unclear),
        (#"{"pid": 47111, "state": "awake"}"#, .unclear), (#"{"state": "awake"}"#, .unclear),
        (#"[{"pid": 4711, "state": "awake"}]"#, .unclear), ("awake", .unclear), ("", .unclear),
    ]

    @Test(
        "restarts agents that say that they run no task, and leaves all others to the administrator",
        arguments: 0..<answers.count)
    func restarts(number: Int) async throws {
        let (answer, verdict) = Self.answers[number]
        for (folder, unit, other) in [("state", 0, 1), ("state/gpu0", 1, 0)] {
            let machine = try Machine(in: TemporaryFolder())
            for place in ["state", "state/gpu0"] { try machine.folder.write("\(place)/main-pid", "4711\n") }
            let json = Data(answer.utf8)
            let socket = try StatusSocket(in: machine.folder.path(folder)) { json }
            let output = try await machine.configure()
            withExtendedLifetime(socket) {}
            let (name, silent) = (Machine.units[unit], Machine.units[other])
            #expect(machine.invoked == (verdict == .idle ? ["restart \(name)"] : []), "\(output)")
            #expect(
                output.contains("\(name) is running a task and was not restarted") == (verdict == .busy), "\(output)")
            #expect(
                output.contains("\(name) does not report whether it is running a task") == (verdict == .unclear),
                "\(output)")
            // No agent answers there.
            #expect(output.contains("\(silent) does not report whether it is running a task"), "\(output)")
        }
    }

    @Test("asks an agent that runs")
    func realAgent() async throws {
        let farm = try await TestFarm()
        let machine = try Machine(in: farm.folder)
        let agent = try farm.startAgent("state")
        try machine.folder.write("state/main-pid", "\(agent.pid)\n")
        _ = await agent.line(with: "the worker is awake")
        _ = try await machine.configure()
        #expect(machine.invoked == ["restart flamenco-agent.service"])

        let settings: JobSettings = ["commands": [["sleep", "1000"]]]
        _ = try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings))
        let question = StatusQuestion(stateDirectory: machine.folder.path("state"))
        while try question.ask().task == nil { try await Task.sleep(for: .milliseconds(5)) }
        let output = try await machine.configure()
        #expect(machine.invoked == ["restart flamenco-agent.service"])
        #expect(output.contains("flamenco-agent.service is running a task and was not restarted"), "\(output)")
        await farm.stop(agent)
    }
}
