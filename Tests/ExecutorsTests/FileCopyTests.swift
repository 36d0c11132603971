import ExecutorKit
import Foundation
import System
import TestSupport
import Testing

@Suite("Copying files", .timeLimit(.minutes(1)))
struct FileCopyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func copy(_ source: String, _ destination: String) async throws {
        try await BlockingWork.run { cancellation in
            try Self.copy(source, destination, FileWorkControl(isStopped: { cancellation.isCancelled }))
        }
    }

    private static func copy(_ source: String, _ destination: String, _ control: FileWorkControl) throws {
        let from = try FilePolicy().place(of: source, followingLinks: true)
        let to = try FilePolicy().place(of: destination)
        try FileCopy(control).copy(from, toFree: to)
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("")).sorted()
    }

    @Test("brings content and permissions along", arguments: [0, 1, 4095, 4096, 3 << 20 + 17])
    func content(size: Int) async throws {
        let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        try bytes.write(to: folder.url.appending(path: "a"))
        try FileManager.default.setAttributes([.posixPermissions: 0o751], ofItemAtPath: folder.path("a"))
        try await copy(folder.path("a"), folder.path("b"))
        #expect(try Data(contentsOf: folder.url.appending(path: "b")) == bytes)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("b"))[.posixPermissions] as? Int
        #expect(mode == 0o751)
        #expect(try names() == ["a", "b"])
    }

    @Test("copies what has no size, such as the files of /proc")
    func noSize() async throws {
        try await copy("/proc/self/mounts", folder.path("mounts"))
        #expect(try !Data(contentsOf: folder.url.appending(path: "mounts")).isEmpty)
    }

    @Test("replaces nothing, not even a broken link, and leaves nothing behind")
    func exists() async throws {
        try folder.write("a", "new")
        try folder.write("b", "old")
        try FileManager.default.createSymbolicLink(atPath: folder.path("c"), withDestinationPath: "nowhere")
        for name in ["b", "c"] {
            let destination = folder.path(name)
            let error = try await #require(throws: FileError.self) { try await copy(folder.path("a"), destination) }
            #expect(error.isAlreadyThere)
        }
        #expect(try String(contentsOfFile: folder.path("b"), encoding: .utf8) == "old")
        #expect(try names() == ["a", "b", "c"])
    }

    @Test("of many copies to the same place at the same time exactly one wins", arguments: 0..<20)
    func race(round: Int) async throws {
        let sources = try (0..<8).map { try folder.write("source-\($0)", String(repeating: "\($0)", count: 100_000)) }
        let destination = folder.path("destination")
        let wins = await withTaskGroup(of: Bool.self) { group in
            for source in sources {
                group.addTask {
                    do {
                        try await copy(source, destination)
                        return true
                    } catch {
                        #expect((error as? FileError)?.isAlreadyThere == true)
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        let text = try String(contentsOfFile: destination, encoding: .utf8)
        #expect(text.utf8.count == 100_000)
        #expect(Set(text).count == 1)
        #expect(try names().count == sources.count + 1)
    }

    @Test("when cancelled in the middle, leaves nothing behind")
    func cancelled() async throws {
        // 64 GiB of nothing: a hole costs no space to make, and more than a minute to read.
        let source = folder.path("huge")
        #expect(FileManager.default.createFile(atPath: source, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: source))
        try handle.truncate(atOffset: 64 << 30)
        try handle.close()

        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let destination = folder.path("copy")
        let copying = Task {
            try await BlockingWork.run { cancellation in
                let control = FileWorkControl(isStopped: { cancellation.isCancelled }) { _ in start.yield() }
                try Self.copy(source, destination, control)
            }
        }
        for await _ in started.prefix(1) { copying.cancel() }
        await #expect(throws: CancellationError.self) { try await copying.value }
        #expect(try names() == ["huge"])
    }

    @Test("says what cannot be copied, and why")
    func sentences() async throws {
        try folder.write("a", "x")
        let (a, missing, unwritable) = (folder.path("a"), folder.path("missing"), folder.path("nowhere/b"))
        let whole = folder.path("")
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let pipe = folder.path("pipe")
        await #expect(throws: FileWorkError("cannot copy \(pipe): it is not a file")) { try await copy(pipe, missing) }
        await #expect(throws: FileWorkError("cannot copy \(whole): it is not a file")) {
            try await copy(whole, missing)
        }
        let error = try await #require(throws: FileError.self) { try await copy(missing, folder.path("b")) }
        #expect(error.description == "cannot read \(missing): no such file or directory")
        let other = try await #require(throws: FileError.self) { try await copy(a, unwritable) }
        #expect(other.description.hasSuffix(": no such file or directory"))
        #expect(try names() == ["a", "pipe"])
    }

    @Test("folders are made with all above them, and existing ones are fine")
    func folders() throws {
        try FilePolicy().makeFolders(folder.path("x/y/z"))
        try FilePolicy().makeFolders(folder.path("x/y/z/"))
        try FilePolicy().makeFolders("/")
        try folder.write("x/file", "")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "x")
        try FilePolicy().makeFolders(folder.path("link/w"))
        #expect(FileManager.default.fileExists(atPath: folder.path("x/w")))
        for path in ["x/file", "x/file/below"] {
            let sentence = "cannot make folder \(folder.path("x/file")): a file of that name exists"
            #expect(throws: FileWorkError(sentence)) { try FilePolicy().makeFolders(folder.path(path)) }
        }
        #expect(throws: FileError.self) { try FilePolicy().makeFolders("/proc/flamenco/x") }
    }

    @Test("what would hold a path is the nearest folder above it that is there")
    func nearest() {
        #expect(FilePath.nearestExisting(to: folder.url.path) == folder.url.path)
        #expect(FilePath.nearestExisting(to: folder.path("x/y/z")) == folder.url.path)
        #expect(FilePath.nearestExisting(to: "/no/such/folder") == "/")
        #expect(FilePath.nearestExisting(to: "no such/folder") == ".")
    }

    @Test(
        "the folder of a path",
        arguments: [
            ("/a/b", "/a"), ("/a/b/", "/a"), ("/a//b", "/a"), ("/a", "/"), ("/", "/"), ("a/b", "a"), ("a", ""),
        ])
    func parents(path: String, parent: String) {
        #expect(FilePath.parent(of: path) == parent)
    }
}
