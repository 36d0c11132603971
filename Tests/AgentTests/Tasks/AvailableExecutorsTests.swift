import Agent
import ExecutorKit
import Executors
import Foundation
import TestSupport
import Testing

@Suite("The executors of an agent")
struct AvailableExecutorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ place: String, _ command: String, enabled: Bool = true) throws {
        try folder.write(
            "\(place)/\(command)/executor.json5",
            "{command: '\(command)', task_type: 'type-of-\(command)', program: 'run', enabled: \(enabled)}")
        try folder.write("\(place)/\(command)/run", "#!/bin/sh\n", executable: true)
    }

    private func available(_ options: [String: String] = [:]) throws -> AvailableExecutors {
        let input = try SettingsInput(options: options, environment: [:], file: nil)
        return try AvailableExecutors(
            builtIn: BuiltinExecutors.all, settings: ExecutorSettings(input), stateDirectory: folder.path("state"),
            installed: folder.path("installed"))
    }

    @Test("come from the installed folder and the state folder, unless the settings name folders")
    func folders() throws {
        try write("installed", "one")
        try write("state/executors", "two")
        try write("elsewhere", "three")
        let usual = try available().registry
        #expect(usual.commandNames.contains("one") && usual.commandNames.contains("two"))
        #expect(usual.taskTypes.contains("type-of-two") && usual.commandNames.contains("blender-render"))
        let named = try available(["executors_dirs": folder.path("elsewhere") + ", " + folder.path("gone")])
        #expect(named.registry.commandNames.contains("three") && !named.registry.commandNames.contains("one"))
        #expect(named.problems.map(\.description) == ["\(folder.path("gone")): the folder does not exist"])
    }

    @Test("those that are off have to be turned on, any can be turned off, and what is not there is named")
    func switches() throws {
        try write("installed", "one", enabled: false)
        try write("installed", "two")
        let usual = try available().registry
        #expect(!usual.commandNames.contains("one") && !usual.taskTypes.contains("type-of-one"))
        let error = #expect(throws: CommandError.self) { try usual.executor(for: "one") }
        #expect(
            error?.description == "the command \"one\" is refused: disabled unless \"enabled_executors\" lists it")

        let switched = try available(["enabled_executors": "one", "disabled_executors": "two, exec, thre"])
        #expect(switched.registry.commandNames.contains("one"))
        for command in ["two", "exec"] {
            let error = #expect(throws: CommandError.self) { try switched.registry.executor(for: command) }
            #expect(error?.description == "the command \"\(command)\" is refused: disabled in \"disabled_executors\"")
        }
        #expect(switched.problems.map(\.description) == ["\"disabled_executors\": there is no executor \"thre\""])
    }

    @Test(
        "paths in settings are absolute",
        arguments: [
            "executors_dirs", "allowed_paths", "allowed_executables",
        ])
    func relative(setting: String) throws {
        let error = #expect(throws: SettingsError.self) { try available([setting: "/a,b"]) }
        #expect(error?.description.contains("should be a list of absolute paths such as") == true)
        #expect(throws: Never.self) { try available([setting: "/a, /b c"]) }
    }
}
