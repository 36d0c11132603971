import Agent
import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("Settings")
struct SettingsTests {
    private func settings(
        options: [String: String] = [:], environment: [String: String] = [:], file text: String? = nil
    ) throws -> Settings {
        let folder = try TemporaryFolder()
        let file = try text.map { try SettingsFile(path: try folder.write("settings.json5", $0)) }
        let input = try SettingsInput(
            options: options, environment: environment, file: file)
        return try Settings(input, machineName: "node7")
    }

    /// What the settings are refused with, without the folder of the test.
    private func refusal(
        options: [String: String] = [:], environment: [String: String] = [:], file text: String? = nil
    ) throws -> String {
        do {
            _ = try settings(options: options, environment: environment, file: text)
            return "taken"
        } catch let error as SettingsError {
            return error.description.replacing(#/\/[^ :]*settings\.json5/#, with: "FILE")
        }
    }

    @Test(
        "an agent that is root warns of a settings file that others can write on the way to it",
        .enabled(if: geteuid() == 0))
    func foreignFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a/b/settings.json5", "{manager_url: 'http://m'}")
        func warnings() throws -> [String] {
            let input = try SettingsInput(
                options: [:], environment: [:], file: try SettingsFile(path: file))
            return try Settings(input, machineName: "n").warnings.map { $0.replacing(folder.url.path, with: "DIR") }
        }
        chmod(file, 0o644)
        #expect(try warnings() == [])
        let words =
            "can write it, and the agent runs as root: the next version will refuse the settings file "
            + "DIR/a/b/settings.json5 for this reason"
        chmod(folder.path("a"), 0o775)
        #expect(try warnings() == ["DIR/a: group 0 \(words)"])
        chmod(folder.path("a"), 0o755)
        chown(file, 1234, 0)
        #expect(try warnings() == ["DIR/a/b/settings.json5: user 1234 \(words)"])
    }

    @Test("a yes or no is true or false, everywhere")
    func switches() throws {
        let url = ["manager_url": "http://m"]
        #expect(try !settings(options: url).isEphemeral)
        #expect(try settings(options: url, file: "{ephemeral: true}").isEphemeral)
        #expect(
            try !settings(
                options: url, environment: ["FLAMENCO_AGENT_EPHEMERAL": "false"], file: "{ephemeral: true}"
            ).isEphemeral)
        #expect(
            try refusal(options: url, file: "{ephemeral: 'true'}")
                == "FILE: \"ephemeral\" should be true or false, but is \"true\"")
        #expect(
            try refusal(options: url, environment: ["FLAMENCO_AGENT_EPHEMERAL": "1"])
                == "the environment variable FLAMENCO_AGENT_EPHEMERAL should be true or false, but is \"1\"")
    }

    @Test("come from the file, with comments")
    func file() throws {
        let settings = try settings(
            file: """
                // The farm in the cellar.
                {
                    manager_url: 'http://cellar:8080', worker_name: "node 7",
                    task_types: ["blender", "ffmpeg"], grace_period: "1m30s", address_space_limit: "2GiB", nice: 5,
                    on_term: "drain", restart_exit_code: 47,
                }
                """)
        #expect(settings.managerURL == "http://cellar:8080")
        #expect(settings.workerName == "node 7")
        #expect(settings.taskTypes == ["blender", "ffmpeg"])
        #expect(settings.gracePeriod == .seconds(90))
        #expect(settings.addressSpaceLimit == 2 << 30)
        #expect(settings.nice == 5)
        #expect(settings.onTerm == .drain)
        #expect(settings.restartExitCode == 47)
    }

    @Test("the command line beats the environment, which beats the file, which beats the defaults")
    func precedence() throws {
        let file = "{manager_url: 'http://file', nice: 1, grace_period: 7}"
        let environment = ["FLAMENCO_AGENT_NICE": "2", "FLAMENCO_AGENT_WORKER_NAME": "from environment"]
        let settings = try settings(options: ["nice": "3"], environment: environment, file: file)
        #expect(settings.nice == 3)
        #expect(settings.workerName == "from environment")
        #expect(settings.gracePeriod == .seconds(7))
        let sources = Dictionary(uniqueKeysWithValues: settings.effective.map { ($0.name, $0.source) })
        #expect(sources["nice"] == .commandLine(option: "--nice"))
        #expect(sources["worker_name"] == .environment(variable: "FLAMENCO_AGENT_WORKER_NAME"))
        #expect(sources["on_term"] == .builtIn)
        #expect(settings.effective.map(\.name) == SettingDeclarations.all.map(\.name))
    }

    @Test("rules about lines are a list, in JSON outside of the file")
    func logRules() throws {
        let rules =
            "[{\"match\": \"license\", \"then\": \"fail\"}, {\"check\": \"frames-missing\", \"then\": \"warn\"}]"
        let settings = try settings(
            options: ["manager_url": "http://m", "log_rules": rules],
            environment: ["FLAMENCO_AGENT_BLENDER_PYTHON_EXIT_CODE": "0"])
        #expect(settings.executors.logRules.lines.map(\.pattern.text) == ["license"])
        #expect(settings.executors.logRules.outcomes == ["frames-missing": .warn])
        #expect(settings.executors.blenderPythonExitCode == 0)
    }

    @Test("variables for programs are an object, whose values may refer to what programs have")
    func environment() throws {
        let settings = try settings(
            options: ["manager_url": "http://m", "pass_environment": "*_LICENSE, http_proxy"],
            file: """
                {environment: {OCIO: "/studio/c.ocio", N: 8, PATH: "/studio/bin:{PATH}", X: "{HOME}/{{HOME}} {\\"a\\": 1}",
                    WHO: "{FLAMENCO_WORKER_NAME}"}}
                """)
        let agent = [
            "PATH": "/bin", "HOME": "/home/agent", "x_LICENSE": "4101@lic1", "http_proxy": "p", "SECRET": "s",
            "FLAMENCO_AGENT_X": "no",
        ]
        let user = ProgramUser(name: "render", id: 7, group: 7, groups: [7], home: "/home/render")
        let environment = try ProgramEnvironment(settings, agent: agent, user: user)
        #expect(
            environment.passed == ["PATH": "/bin", "HOME": "/home/agent", "x_LICENSE": "4101@lic1", "http_proxy": "p"])
        #expect(
            environment.added == [
                "OCIO": "/studio/c.ocio", "N": "8", "PATH": "/studio/bin:/bin",
                "X": "/home/render/{HOME} {\"a\": 1}", "WHO": "node7",
            ])
        let error = #expect(throws: SettingsError.self) {
            try ProgramEnvironment(settings, agent: ["HOME": "/"], user: nil)
        }
        #expect(
            error?.description == "\"environment\": PATH refers to {PATH}, but programs have no such variable")
    }

    @Test("a share of memory counts from what there is, and processors have to be there")
    func machineShare() throws {
        func limit(_ text: String) throws -> Int? {
            try settings(options: ["manager_url": "http://m", "memory_limit": text]).memoryLimit?.bytes
        }
        let whole = try #require(try limit("100%"))
        let half = try #require(try limit("50%"))
        #expect(whole > 64 << 20 && abs(whole / 2 - half) < 100)
        #expect(try limit("2GiB") == 2 << 30)
        #expect(ProcessorChoice("8") == .count(8))
        #expect(ProcessorChoice("0-2,7") == .numbers([0, 1, 2, 7]))
        #expect(ProcessorChoice("3-3") == .numbers([3]))
        for text in ["0", "-1", "3-1", "a", "1,", "", "0-9999"] { #expect(ProcessorChoice(text) == nil, "\(text)") }
        #expect(try ProcessorChoice.count(2).processors(of: [4, 5, 6]) == [4, 5])
        #expect(try ProcessorChoice.count(9).processors(of: [4, 5, 6]) == [4, 5, 6])
        #expect(throws: SettingsError("\"cpus\" has 7-8, but the agent may only use 4-6")) {
            try ProcessorChoice.numbers([4, 7, 8]).processors(of: [4, 5, 6])
        }
        #expect(!ProcessorChoice.available.isEmpty)
    }

    @Test("a machine names its worker when nobody does")
    func machineName() throws {
        #expect(try settings(options: ["manager_url": "http://m"]).workerName == "node7")
    }

    @Test(
        "what is wrong is said in one sentence",
        arguments: [
            (
                "{manger_url: 'http://m'}",
                "FILE: there is no setting \"manger_url\"; did you mean \"manager_url\"?"
            ),
            ("{manager_url: 'http://m', colour: 1}", "FILE: there is no setting \"colour\""),
            (
                "{manager_url: 'http://m', nice: 20}",
                "FILE: \"nice\" should be a whole number from -20 to 19, but is 20"
            ),
            (
                "{manager_url: 'http://m', task_types: 'blender'}",
                "FILE: \"task_types\" should be a list of task types such as [\"blender\", \"ffmpeg\"], but is \"blender\""
            ),
            (
                "{manager_url: 'http://m', on_term: 'explode'}",
                "FILE: \"on_term\" should be \"stop\" or \"drain\", but is \"explode\""
            ),
            (
                "{manager_url: 'http://m', grace_period: 'soon'}",
                "FILE: \"grace_period\" should be a duration such as 10s, 2m or 500ms, but is \"soon\""
            ),
            (
                "{manager_url: 'http://m', log_rules: [{match: 'a', then: 'warn'}, {match: 'b[', then: 'fail'}]}",
                "FILE: \"log_rules[1].match\" is not valid at character 2: the class is not closed, in \"b[\""
            ),
            (
                "{manager_url: 'http://m', environment: {FLAMENCO_AGENT_TOKEN: 'x'}}",
                "FILE: \"environment\" sets FLAMENCO_AGENT_TOKEN, which only the agent may have"
            ),
            (
                "{manager_url: 'http://m', environment: {FLAMENCO_JOB_ID: 'x'}}",
                "FILE: \"environment\" sets FLAMENCO_JOB_ID, which the agent itself sets for every program"
            ),
            (
                "{manager_url: 'http://m', environment: ['OCIO']}",
                "FILE: \"environment\" should be an object of variables such as {\"OCIO\": \"/studio/config.ocio\"}, "
                    + "but is [\"OCIO\"]"
            ),
            (
                "{manager_url: 'http://m', pass_environment: ['X', 'FLAMENCO_AGENT_*']}",
                "FILE: \"pass_environment\" has FLAMENCO_AGENT_*, which only the agent may have"
            ),
            (
                "{manager_url: 'http://m', cpus: 0}",
                "FILE: \"cpus\" should be a number of CPUs such as 8, or their numbers such as \"0-7\", but is 0"
            ),
            (
                "{manager_url: 'http://m', io_nice: 8}",
                "FILE: \"io_nice\" should be a level from 0, the highest, to 7, or \"idle\", but is 8"
            ),
            (
                "{manager_url: 'http://m', memory_limit: '180%'}",
                "FILE: \"memory_limit\" should be a size such as 8GiB, or a percentage of the memory such as \"80%\", but is \"180%\""
            ),
            (
                "{}",
                "the manager is not set: set \"manager_url\" in the settings file, --manager-url or "
                    + "FLAMENCO_AGENT_MANAGER_URL to a URL such as http://manager.local:8080, or \"auto\""
            ),
        ])
    func wrongFile(text: String, message: String) throws {
        #expect(try refusal(file: text) == message)
    }

    @Test(
        "a file that is not JSON5 is named with line and column, and the line is shown",
        arguments: [
            (
                "{\n    manager_url: 'http://m'\n    nice: 5,\n}", "FILE:3:5: the settings file is not valid JSON5: ",
                ["        nice: 5,", "        ^"]
            ),
            (
                "{\n    nice: 5,\n    cpus 8\n}", "FILE:3:10: the settings file is not valid JSON5: ",
                ["        cpus 8", "             ^"]
            ),
            ("{nice: 5", "FILE:1:9: the settings file is not valid JSON5: ", ["    {nice: 5", "            ^"]),
            ("", "FILE:1:1: the settings file is not valid JSON5: ", ["    ", "    ^"]),
            ("[]", "the settings file FILE is not JSON5 with one object at the top: expected an object", []),
        ])
    func notJSON5(text: String, sentence: String, excerpt: [String]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("settings.json5", text)
        let error = #expect(throws: SettingsError.self) { try SettingsFile(path: path) }
        #expect(
            error?.description.replacing(path, with: "FILE").hasPrefix(sentence) == true, "\(error?.description ?? "")")
        #expect(error?.excerpt == excerpt)
    }

    @Test(
        "settings in YAML get the command that converts those of Flamenco Worker",
        arguments: [
            ("flamenco-worker.yaml", "manager_url: http://m\ntask_types: [blender]\n"), ("worker.yml", "a"),
            ("settings.json5", "# mine\n\nmanager_url: http://m\n"), ("settings.json5", "---\nmanager_url: http://m\n"),
        ])
    func yaml(name: String, text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(name, text)
        let error = #expect(throws: SettingsError.self) { try SettingsFile(path: path) }
        #expect(
            error?.description
                == "the settings file \(path) is YAML, but settings are JSON5, as in {manager_url: \"http://…\"}; "
                + "\"flamenco-agent migrate --from \(folder.url.path)\" converts a flamenco-worker.yaml")
    }

    @Test("each setting has a purpose, a value and an example that it takes")
    func declarations() throws {
        for setting in SettingDeclarations.all {
            #expect(!setting.purpose.isEmpty && !setting.purpose.hasSuffix("."), "\(setting.name)")
            #expect(setting.details.isEmpty || setting.details.hasSuffix("."), "\(setting.name)")
            let folder = try TemporaryFolder()
            let file = try SettingsFile(path: folder.write("s.json5", "{\(setting.name): \(setting.sample)}"))
            let input = try SettingsInput(options: [:], environment: [:], file: file)
            #expect(throws: Never.self, "\(setting.name): \(setting.sample)") { try setting.effective(in: input) }
        }
    }

    @Test("a wrong option or variable is named as it was given")
    func wrongElsewhere() throws {
        #expect(
            try refusal(options: ["manager_url": "http://m", "nice": "very"])
                == "--nice should be a whole number from -20 to 19, but is \"very\"")
        #expect(
            try refusal(options: ["manager_url": "http://m"], environment: ["FLAMENCO_AGENT_NICE": ""])
                == "the environment variable FLAMENCO_AGENT_NICE should be a whole number from -20 to 19, but is \"\"")
        #expect(
            try refusal(options: ["manager_url": "http://m"], environment: ["FLAMENCO_AGENT_NICER": "1"])
                == "there is no setting for the environment variable FLAMENCO_AGENT_NICER; did you mean \"FLAMENCO_AGENT_NICE\"?"
        )
    }

    @Test("a file that is named has to be there")
    func missingFile() throws {
        #expect(throws: SettingsError("cannot read the settings file /nowhere/s.json5: there is no such file")) {
            try SettingsFile.locate(named: "/nowhere/s.json5", environment: [:])
        }
    }

    @Test("the user's own file is found when nobody names one")
    func userFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("flamenco-agent/settings.json5", "{nice: 4}")
        let file = try SettingsFile.locate(named: nil, environment: ["XDG_CONFIG_HOME": folder.url.path])
        #expect(file?.values == ["nice": 4])
    }
}
