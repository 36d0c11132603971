import Agent
import FlamencoAPI
import ManagerClient
import TestSupport
import Testing

@Suite("Moving over from Flamenco Worker")
struct FlamencoWorkerMigrationTests {
    @Test("gives settings that this agent takes, and the same identity")
    func movesOver() throws {
        let migration = try FlamencoWorkerMigration(
            worker: FlatYAML(
                """
                manager_url: http://farm:8080/
                task_types: [blender, ffmpeg]
                restart_exit_code: 47
                oom_score_adjust: 900
                colour: blue
                """),
            credentials: FlatYAML("worker_id: 1234\nsecret: abcd"), workerName: "cellar")
        #expect(migration.credentials == WorkerCredentials(workerID: "1234", secret: "abcd"))
        #expect(migration.notes.contains("left out \"colour\" (line 5): this agent has no such setting"))
        #expect(migration.notes.last == "migrated the credentials: this node remains worker 1234")

        let folder = try TemporaryFolder()
        let file = try SettingsFile(path: folder.write("settings.json5", migration.settings))
        #expect(file.values["task_types"] == ["blender", "ffmpeg"])
        let settings = try Settings(
            SettingsInput(options: [:], environment: [:], file: file), machineName: "x")
        #expect(settings.workerName == "cellar")
        #expect(settings.restartExitCode == 47)
        #expect(settings.oomScoreAdjust == 900)
    }

    @Test("says what is missing")
    func missing() throws {
        let migration = try FlamencoWorkerMigration(worker: nil, credentials: nil, workerName: nil)
        #expect(migration.credentials == nil)
        #expect(migration.notes.count == 2)
        #expect(migration.settings.hasSuffix("{\n}\n"))
    }

    @Test(
        "refuses values that it cannot take over",
        arguments: [
            ("restart_exit_code: soon", "flamenco-worker.yaml: line 1: \"restart_exit_code\" should be a number"),
            ("task_types: blender", "flamenco-worker.yaml: line 1: \"task_types\" should be a list of strings"),
            ("manager_url: [a]", "flamenco-worker.yaml: line 1: \"manager_url\" should be a string"),
        ])
    func refused(text: String, message: String) throws {
        let yaml = try FlatYAML(text)
        #expect(throws: SettingsError(message)) {
            try FlamencoWorkerMigration(worker: yaml, credentials: nil, workerName: nil)
        }
    }

    @Test("drops nothing in silence")
    func told() throws {
        let migration = try FlamencoWorkerMigration(
            worker: FlatYAML(
                "manager_url: \"\"\r\nworker_name: old\r\nmqtt:\r\n  client:\r\n    id: 1\r\ntask_types: [blender]\r\n"),
            credentials: FlatYAML("worker_id: 1\nsecret: 2\nsalt: 3"), workerName: "new")
        #expect(
            migration.notes == [
                "left out \"manager_url\" (line 1): it is empty",
                "left out \"mqtt\" (line 3): this agent has no such setting; it has nested values (line 4)",
                "migrated \"task_types\"", "left out \"worker_name\" of the file: the environment sets another",
                "migrated \"worker_name\" from FLAMENCO_WORKER_NAME",
                "no manager is set there: Flamenco Worker discovers it; set \"manager_url\" to its URL, or to \"auto\" after \"flamenco-agent discover --trust\"",
                "left out \"salt\" of the credentials (line 3)", "migrated the credentials: this node remains worker 1",
            ])
        #expect(migration.settings.contains("task_types: [\"blender\"]"))
    }

    @Test("refuses a value of its own that is not understood, and a number that may be octal")
    func notUnderstood() throws {
        let nested = try FlatYAML("manager_url:\n  host: x")
        #expect(
            throws: SettingsError(
                "flamenco-worker.yaml: line 1: \"manager_url\" should be a string, but has nested values (line 2)")
        ) {
            try FlamencoWorkerMigration(worker: nested, credentials: nil, workerName: nil)
        }
        let octal = try FlatYAML("restart_exit_code: 047")
        #expect(throws: SettingsError("flamenco-worker.yaml: line 1: \"restart_exit_code\" should be a number")) {
            try FlamencoWorkerMigration(worker: octal, credentials: nil, workerName: nil)
        }
    }
}
