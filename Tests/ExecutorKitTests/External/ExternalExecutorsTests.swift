import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("Looking for executors in any language")
struct ExternalExecutorsTests {
    let bench: ExternalBench

    init() throws { bench = try ExternalBench() }

    /// The faults, without the folder of the test.
    private func faults(asRoot: Bool = false, builtIn: [String] = []) -> [String] {
        bench.found(asRoot: asRoot, builtIn: builtIn).faults.map {
            $0.description.replacing(bench.folder.url.path, with: "DIR")
        }
    }

    @Test(
        "leaves out an executor whose manifest is at fault, says what is wrong, and takes the others",
        arguments: [
            ("{command: 'x', ", "it is not a JSON5 object: "),
            ("[1]", "it is not a JSON5 object: "),
            ("{task_type: 'misc', program: 'run.sh'}", "\"command\" is missing: expected a name of letters"),
            ("{command: 'x', program: 'run.sh'}", "\"task_type\" is missing: expected a name of letters"),
            ("{command: 'x', task_type: 'misc'}", "\"program\" is missing: expected the path of a program"),
            ("{command: 'a b', task_type: 'misc', program: 'run.sh'}", "\"command\" should be a name of letters"),
            ("{command: 7, task_type: 'misc', program: 'run.sh'}", "\"command\" should be a name of letters"),
            ("{comand: 'x'}", "there is no \"comand\"; did you mean \"command\"?"),
            ("{whatever: 'x'}", "there is no \"whatever\"; available are command, task_type, "),
            (full("program: 'gone.sh'"), "its program DIR/bad/gone.sh does not exist"),
            (full("program: '/bin'"), "its program /bin is not a file"),
            (
                full("program: 'executor.json5'"),
                "its program DIR/bad/executor.json5 is not executable: run \"chmod +x\""
            ),
            (full("arguments: 'x'"), "\"arguments\" should be a list of strings, but is \"x\""),
            (full("arguments: [1]"), "\"arguments\" should be a list of strings, but is [1]"),
            (full("environment: {A: 1}"), "\"environment.A\" should be a string, but is 1"),
            (full("environment: {'A=B': 'x'}"), "\"environment.A=B\" should be a string, but is \"x\""),
            (full("grace_period: 'soon'"), "\"grace_period\" should be a duration such as 10s, 2m or 500ms, but is"),
            (
                full("time_limit: 0"),
                "\"time_limit\" should be a duration such as 10s, 2m or 500ms above zero"
            ),
            (full("enabled: 'yes'"), "\"enabled\" should be true or false, but is \"yes\""),
            (full("parameters: []"), "\"parameters\" should be an object, but is []"),
            (full("parameters: {a: 1}"), "\"parameters.a\" should be a type or an object with one, but is 1"),
            (full("parameters: {a: 'text'}"), "\"parameters.a.type\" should be one of string, integer, number, "),
            (full("parameters: {a: {}}"), "\"parameters.a.type\" is missing: expected one of string, "),
            (
                full("parameters: {a: {type: 'path', requird: true}}"),
                "there is no \"parameters.a.requird\"; did you mean"
            ),
            (full("parameters: {a: {type: 'path', required: 1}}"), "\"parameters.a.required\" should be true or false"),
        ])
    func manifests(manifest: String, sentence: String) throws {
        try bench.write("bad", shell: ":", manifest: manifest)
        try bench.write("good", shell: ":")
        #expect(bench.found().executors.map(\.commandName) == ["good"])
        let faults = faults()
        #expect(faults.count == 1 && faults[0].hasPrefix("DIR/bad/executor.json5: \(sentence)"), "\(faults)")
    }

    private static func full(_ more: String) -> String {
        let program = more.hasPrefix("program") ? "" : "program: 'run.sh', "
        return "{command: 'x', task_type: 'misc', \(program)\(more)}"
    }

    @Test("leaves out a program that is there but not executable")
    func notExecutable() throws {
        try bench.write("bad", shell: ":", executable: false)
        #expect(
            faults() == [
                "DIR/bad/executor.json5: its program DIR/bad/run.sh is not executable: run \"chmod +x\""
            ]
        )
    }

    @Test("of two with the same command the first counts, and what came with the agent before all")
    func twice() throws {
        try bench.write("a", shell: ":", manifest: "{command: 'same', task_type: 'one', program: 'run.sh'}")
        try bench.write("b", shell: ":", manifest: "{command: 'same', task_type: 'two', program: 'run.sh'}")
        try bench.write("exec", shell: ":")
        let found = bench.found(builtIn: ["exec"])
        #expect(found.executors.map(\.taskType) == ["one"])
        #expect(
            faults(builtIn: ["exec"]) == [
                "DIR/b/executor.json5: the command \"same\" is already provided by DIR/a",
                "DIR/exec/executor.json5: the command \"exec\" is already provided by the agent itself",
            ])
    }

    @Test(
        "for an agent that is root leaves out what others can write",
        arguments: [
            ("bad", 0o777, "DIR/bad"), ("bad/executor.json5", 0o666, "DIR/bad/executor.json5"),
            ("bad/run.sh", 0o757, "DIR/bad/run.sh"), (".", 0o707, "DIR"),
        ])
    func foreign(name: String, permissions: Int, culprit: String) throws {
        try bench.write("bad", shell: ":")
        for path in ["bad", "bad/executor.json5", "bad/run.sh"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bench.folder.path(path))
        }
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: bench.folder.path(name))
        #expect(faults() == [])
        #expect(faults(asRoot: true) == ["\(culprit): writable by everybody, and the agent runs as root"])
    }

    @Test("for an agent that is root leaves out what belongs to others", .enabled(if: geteuid() == 0))
    func owner() throws {
        try bench.write("bad", shell: ":")
        #expect(faults(asRoot: true) == [])
        #expect(chown(bench.folder.path("bad/run.sh"), 1, 0) == 0)
        #expect(faults(asRoot: true) == ["DIR/bad/run.sh: writable by user 1, and the agent runs as root"])
    }

    @Test("for an agent that is root warns of what others can write farther up, once for each place")
    func fartherUp() throws {
        for name in ["one", "two"] {
            let manifest = "{command: '\(name)', task_type: 'misc', program: 'run.sh'}"
            try bench.write("a/b/c/\(name)", shell: ":", manifest: manifest)
        }
        let manager = FileManager.default
        for name in ["a/b", "a/b/c", "a/b/c/one", "a/b/c/two"] {
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bench.folder.path(name))
        }
        try manager.setAttributes([.posixPermissions: 0o777], ofItemAtPath: bench.folder.path("a"))
        let place = ExternalExecutors.SearchFolder(bench.folder.path("a/b/c"), mustExist: true)
        let found = ExternalExecutors(in: [place], builtIn: [], asRoot: true)
        #expect(found.faults == [])
        #expect(found.executors.map(\.commandName) == ["one", "two"])
        #expect(
            found.warnings.map(\.description) == [
                "\(bench.folder.path("a")): writable by everybody, and the agent runs as root: "
                    + "the next version will ignore these executors"
            ])
        #expect(ExternalExecutors(in: [place], builtIn: [], asRoot: false).warnings == [])
    }

    @Test("a folder that was named has to be there; one with a manifest is an executor itself; all else is passed over")
    func folders() throws {
        try bench.write("good", shell: ":")
        try bench.folder.write("README.md", "not an executor")
        try bench.folder.write("empty/notes.txt", "nor this")
        let found = ExternalExecutors(
            in: [
                .init(bench.folder.path("good"), mustExist: true), .init(bench.folder.url.path, mustExist: true),
                .init(bench.folder.path("gone"), mustExist: true), .init(bench.folder.path("maybe"), mustExist: false),
            ], builtIn: [], asRoot: false)
        #expect(found.executors.map(\.commandName) == ["good"])
        #expect(found.faults.map(\.description) == ["\(bench.folder.path("gone")): the folder does not exist"])
    }
}
