import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("Commands about files", .timeLimit(.minutes(1)))
struct FileExecutorTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func path(_ name: String) -> JSONValue { .string(bench.folder.path(name)) }

    @Test("make-directory makes all that is missing, as often as it is asked")
    func makeDirectory() async throws {
        for _ in 0..<2 { try await bench.run("make-directory", ["path": path("a b/ü/c/")]) }
        #expect(try bench.files == ["a b", "a b/ü", "a b/ü/c"])
        try bench.folder.write("file", "")
        #expect(
            try await bench.failure("make-directory", ["path": path("file/x")])
                == "cannot make folder \(bench.folder.path("file")): a file of that name exists")
    }

    @Test("copy-file makes parent folders and refuses to overwrite")
    func copyFile() async throws {
        try bench.folder.write("a.blend", "content")
        try await bench.run("copy-file", ["src": path("a.blend"), "dest": path("x/y/b.blend")])
        #expect(try String(contentsOfFile: bench.folder.path("x/y/b.blend"), encoding: .utf8) == "content")
        let (source, destination) = (bench.folder.path("a.blend"), bench.folder.path("x/y/b.blend"))
        #expect(bench.recorder.log == "copied \(source) to \(destination)\n")
        // As often as it is asked.
        try await bench.run("copy-file", ["src": path("a.blend"), "dest": path("x/y/b.blend")])
        #expect(bench.recorder.log.hasSuffix("\n\(destination) already has the content of \(source)\n"))
        try bench.folder.write("x/y/b.blend", "CONTENT")
        #expect(
            try await bench.failure("copy-file", ["src": path("a.blend"), "dest": path("x/y/b.blend")])
                == "cannot copy \(source) to \(destination): something else already exists there")
        #expect(try bench.files == ["a.blend", "x", "x/y", "x/y/b.blend"])
    }

    @Test("copy-file says what is wrong with its source")
    func badSource() async throws {
        let folder = bench.folder.path("folder")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(
            try await bench.failure("copy-file", ["src": path("none"), "dest": path("x/b")])
                == "cannot copy \(bench.folder.path("none")): no such file")
        #expect(
            try await bench.failure("copy-file", ["src": path("folder"), "dest": path("x/b")])
                == "cannot copy \(folder): it is not a file")
        #expect(
            try await bench.failure("copy-file", ["src": path("none"), "dest": path("x/b")])
                .hasSuffix("no such file"))
        #expect(try bench.files == ["folder"])
    }

    @Test("copy-file says that a file cannot be read", .enabled(if: geteuid() != 0, "root can read everything"))
    func unreadable() async throws {
        try bench.folder.write("secret", "x")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: bench.folder.path("secret"))
        #expect(
            try await bench.failure("copy-file", ["src": path("secret"), "dest": path("b")])
                == "cannot read \(bench.folder.path("secret")): permission denied")
        #expect(try bench.files == ["secret"])
    }

    @Test("move-directory moves, and says what it moved aside")
    func moveDirectory() async throws {
        try bench.folder.write("new/1.png", "new")
        try bench.folder.write("render/1.png", "old")
        try await bench.run("move-directory", ["src": path("new"), "dest": path("render/")])
        #expect(try String(contentsOfFile: bench.folder.path("render/1.png"), encoding: .utf8) == "new")
        let aside = try #require(try bench.files.first { $0.hasPrefix("render-") })
        #expect(aside.wholeMatch(of: /render-\d{4}-\d\d-\d\d_\d{6}/) != nil)
        let (source, destination) = (bench.folder.path("new"), bench.folder.path("render"))
        #expect(
            bench.recorder.log == """
                moved existing \(destination) to \(bench.folder.path(aside))
                moved \(source) to \(destination)

                """)
        #expect(
            try await bench.failure("move-directory", ["src": path("new"), "dest": path("render")])
                == "cannot move \(source) to \(destination): \(source) does not exist")
    }

    @Test(
        "paths have to be absolute",
        arguments: [
            ("make-directory", "path", ["path": "a/b"]), ("make-directory", "path", ["path": ""]),
            ("copy-file", "src", ["src": "a", "dest": "/tmp/b"]),
            ("copy-file", "dest", ["src": "/tmp/a", "dest": "~/b"]),
            ("move-directory", "src", ["src": "./a", "dest": "/tmp/b"]),
            ("move-directory", "dest", ["src": "/tmp/a", "dest": "//x\u{0}"]),
        ] as [(String, String, [String: JSONValue])])
    func absolute(command: String, parameter: String, parameters: [String: JSONValue]) async throws {
        let value = parameters[parameter]?.stringValue ?? ""
        #expect(
            try await bench.failure(command, parameters)
                == "parameter \"\(parameter)\" should be an absolute path, but is \"\(value)\"")
    }
}
