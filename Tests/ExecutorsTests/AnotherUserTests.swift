import ExecutorKit
import FlamencoAPI
import Foundation
import System
import TestSupport
import Testing

@Suite("Commands on files, as the user of programs", .enabled(if: geteuid() == 0), .timeLimit(.minutes(1)))
struct AnotherUserTests {
    private let bench: Bench
    private let nobody: ProgramUser
    private var folder: TemporaryFolder { bench.folder }

    init() throws {
        nobody = try #require(ProgramUser(named: "nobody"))
        bench = try Bench(user: nobody)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bench.folder.url.path)
        try bench.folder.write("file", "content")
        for (name, owner) in [("theirs", nobody.id), ("ours", 0)] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
            chown(path(name), owner, owner)
        }
    }

    private func path(_ name: String) -> String { folder.path(name) }

    private func owner(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        return try #require(attributes[.ownerAccountID] as? Int)
    }

    private func parameters(_ parameters: [String: String]) -> [String: JSONValue] {
        parameters.mapValues { .string($0.replacing("DIR", with: folder.url.path)) }
    }

    @Test(
        "what that user must not do is refused by the system",
        arguments: [
            ("copy-file", ["src": "DIR/file", "dest": "DIR/ours/x"]),
            ("copy-file", ["src": "DIR/secret", "dest": "DIR/theirs/x"]),
            ("make-directory", ["path": "DIR/ours/new/deeper"]),
            ("move-directory", ["src": "DIR/ours", "dest": "DIR/theirs/moved"]),
            ("move-directory", ["src": "DIR/theirs", "dest": "DIR/ours/moved"]),
            ("rsync-copy", ["src": "DIR/file", "dest": "DIR/ours/new"]),
            ("frames-to-video", ["exe": "true", "inputGlob": "DIR/f*", "outputFile": "DIR/ours/new/v.mp4"]),
        ])
    func refused(command: String, words: [String: String]) async throws {
        try folder.write("secret", "x")
        chmod(path("secret"), 0o600)
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted()
        let sentence = try await bench.failure(command, parameters(words))
        #expect(sentence.hasSuffix(": permission denied"), "\(sentence)")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted() == before)
    }

    @Test(
        "what is made belongs to that user",
        arguments: [
            ("copy-file", ["src": "DIR/file", "dest": "DIR/theirs/new/x"]),
            ("make-directory", ["path": "DIR/theirs/new/x"]),
            ("rsync-copy", ["src": "DIR/file", "dest": "DIR/theirs/new"]),
            (
                "frames-to-video",
                [
                    "exe": "/bin/sh -c 'for last; do :; done; echo x >\"$last\"' sh", "inputGlob": "DIR/f*",
                    "outputFile": "DIR/theirs/new/v.mp4",
                ]
            ),
        ])
    func owners(command: String, words: [String: String]) async throws {
        try await bench.run(command, parameters(words))
        for name in try FileManager.default.subpathsOfDirectory(atPath: path("theirs")) {
            #expect(try owner("theirs/" + name) == Int(nobody.id), "\(name)")
        }
        #expect(FileManager.default.fileExists(atPath: path("theirs/new")))
    }

    @Test("a pattern matches only what that user can see")
    func patterns() async throws {
        try folder.write("closed/1.png", "")
        chmod(path("closed"), 0o700)
        let sentence = try await bench.failure(
            "frames-to-video",
            parameters(["exe": "true", "inputGlob": "DIR/closed/*.png", "outputFile": "DIR/theirs/v.mp4"]))
        #expect(sentence.hasPrefix("no file matches "), "\(sentence)")
    }

    @Test("errors, progress and what was moved aside come through as without another user")
    func replies() async throws {
        try folder.write("theirs/a/1", "")
        try folder.write("theirs/b/1", "")
        for name in ["theirs/a", "theirs/b"] { chown(path(name), nobody.id, nobody.group) }
        try await bench.run("move-directory", parameters(["src": "DIR/theirs/a", "dest": "DIR/theirs/b"]))
        #expect(bench.recorder.log.contains("moved existing \(path("theirs/b")) to \(path("theirs/b"))-"))
        #expect(
            try await bench.failure("copy-file", parameters(["src": "DIR/none", "dest": "DIR/theirs/x"]))
                == "cannot copy \(path("none")): no such file")
        #expect(!bench.recorder.log.contains("task-supervisor"))
    }

    @Test("a copy that is cancelled leaves nothing behind, no process either")
    func cancelled() async throws {
        let source = path("huge")
        #expect(FileManager.default.createFile(atPath: source, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: source))
        try handle.truncate(atOffset: 64 << 30)
        try handle.close()
        let files = CommandFiles(programs: bench.programs, clock: ContinuousClock())
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let destination = path("theirs/copy")
        let copying = Task {
            try await files.copyFile(source, to: destination) { _ in start.yield() }
        }
        for await _ in started.prefix(1) { copying.cancel() }
        await #expect(throws: CancellationError.self) { try await copying.value }
        await files.end()
        #expect(try FileManager.default.contentsOfDirectory(atPath: path("theirs")) == [])
        #expect(bench.programs.running.isEmpty)
    }

    @Test("one process does all the work of a command, and looks into files as that user")
    func oneProcess() async throws {
        let files = CommandFiles(programs: bench.programs, clock: ContinuousClock())
        try folder.write("theirs/empty", "")
        try folder.write("same", "content")
        var processes: Set<Int32?> = []
        for _ in 0..<3 {
            #expect(
                try await files.read(path("file"), .first(3), .last(3))?.pieces == [
                    Array("con".utf8), Array("ent".utf8),
                ])
            processes.formUnion(bench.programs.running.map(\.supervisor))
        }
        #expect(processes.count == 1)
        #expect(try await files.haveSameContent(path("file"), path("same")))
        #expect(try await files.haveSameContent(path("file"), path("theirs/empty")) == false)
        #expect(try await files.removeEmptyFile(path("theirs/empty")))
        #expect(try await files.removeEmptyFile(path("theirs/empty")) == false)
        #expect(
            try await files.matches(path("*")).map { $0.split(separator: "/").last } == [
                "file", "ours", "same", "theirs",
            ])
        #expect(try await files.status(of: path("file"))?.size == 7)
        await files.end()
        #expect(bench.programs.running.isEmpty)
    }
}
