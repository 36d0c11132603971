import ExecutorKit
import Foundation
import System
import TestSupport
import Testing

@testable import Executors

@Suite("Moving folders", .timeLimit(.minutes(1)))
struct FolderMoveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func move(_ source: String, _ destination: String) async throws -> String? {
        let programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        return try await CommandFiles(programs: programs, clock: ContinuousClock())
            .moveFolder(source, to: destination) { _ in }
    }

    private func names(_ path: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(path)).sorted()
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }

    @Test("to a free place is a rename")
    func free() async throws {
        try folder.write("a/x/1.png", "one")
        #expect(try await move(folder.path("a"), folder.path("b")) == nil)
        #expect(try text("b/x/1.png") == "one")
        #expect(try names() == ["b"])
    }

    @Test("to a taken place moves aside what is there, under the time of its last change")
    func aside() async throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        let stamp = AsideName(folder.path("b"), modificationTime: 1_700_000_000).attempt(0)
        for round in 0..<4 {
            try folder.write("a/new.png", "\(round)")
            if round == 0 { try folder.write("b/old.png", "old") }
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path("b"))
            let aside = try await move(folder.path("a"), folder.path("b"))
            #expect(aside == [stamp, "\(stamp)-001", "\(stamp)-002", "\(stamp)-003"][round])
            #expect(try text("b/new.png") == "\(round)")
        }
        #expect(try String(contentsOfFile: "\(stamp)/old.png", encoding: .utf8) == "old")
        #expect(try names().count == 5)
    }

    @Test("names of what is moved aside count up and follow the time zone")
    func asideNames() {
        var (seconds, local) = (time_t(1_717_199_999), tm())
        localtime_r(&seconds, &local)
        let names = AsideName("/render", modificationTime: 1_717_199_999)
        let stamp = String(
            format: "/render-2024-%02d-%02d_%02d%02d59", local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min)
        #expect(names.attempt(0) == stamp)
        #expect(names.attempt(1) == stamp + "-001")
        #expect(names.attempt(1000) == stamp + "-1000")
    }

    @Test("what cannot be done is said before anything is touched")
    func impossible() async throws {
        try folder.write("a/b/c/file", "x")
        try folder.write("a/b/empty/.keep", "")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "a/b")
        let at = { folder.path($0) }
        let cases = [
            ("none", "z", "\(at("none")) does not exist"), ("a", "z/y", "the folder \(at("z")) does not exist"),
            ("a", "a", "both are the same folder"), ("a/b", "link/../b", "both are the same folder"),
            ("a", "a/z", "one is inside the other"), ("a", "link/z", "one is inside the other"),
            ("a/b", "a", "one is inside the other"), ("a/b/c", "a", "one is inside the other"),
            ("a", "a/b/c/file/z", "the folder \(at("a/b/c/file")) does not exist"),
        ]
        for (source, destination, reason) in cases {
            let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path("")).sorted()
            await #expect(
                throws: CommandError("cannot move \(at(source)) to \(at(destination)): \(reason)")
            ) { try await move(at(source), at(destination)) }
            #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path("")).sorted() == before)
        }
    }

    // MARK: Between file systems

    /// A folder on another file system than the temporary folder.
    private final class OtherDisk: Sendable {
        static let isThere = (try? OtherDisk()) != nil
        let path = "/dev/shm/flamenco-test-\(UUID().uuidString)"

        init() throws {
            let device = { (path: String) -> dev_t in
                var status = stat()
                return stat(path, &status) == 0 ? status.st_dev : 0
            }
            struct SameDisk: Error {}
            if device("/dev/shm") == device(FileManager.default.temporaryDirectory.path) { throw SameDisk() }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("from another disk brings everything along, and then removes it there", .enabled(if: OtherDisk.isThere))
    func acrossDisks() async throws {
        let disk = try OtherDisk()
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(disk.path)/a/x/empty", withIntermediateDirectories: true)
        try Data("one".utf8).write(to: URL(filePath: "\(disk.path)/a/x/1.png"))
        try manager.createSymbolicLink(atPath: "\(disk.path)/a/latest", withDestinationPath: "x/1.png")
        try manager.createSymbolicLink(atPath: "\(disk.path)/a/broken", withDestinationPath: "no\u{20}where")
        let date = Date(timeIntervalSince1970: 1_600_000_000)
        try manager.setAttributes(
            [.posixPermissions: 0o640, .modificationDate: date], ofItemAtPath: "\(disk.path)/a/x/1.png")
        try manager.setAttributes(
            [.posixPermissions: 0o750, .modificationDate: date], ofItemAtPath: "\(disk.path)/a/x")
        try folder.write("b/old", "old")

        let aside = try #require(try await move("\(disk.path)/a", folder.path("b")))
        #expect(try String(contentsOfFile: "\(aside)/old", encoding: .utf8) == "old")
        #expect(try text("b/x/1.png") == "one")
        #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("b/latest")) == "x/1.png")
        #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("b/broken")) == "no where")
        for (name, mode) in [("b/x/1.png", 0o640), ("b/x", 0o750)] {
            let attributes = try manager.attributesOfItem(atPath: folder.path(name))
            #expect(attributes[.posixPermissions] as? Int == mode)
            #expect(attributes[.modificationDate] as? Date == date)
        }
        #expect(try names("b/x") == ["1.png", "empty"])
        #expect(try manager.contentsOfDirectory(atPath: disk.path).isEmpty)
        #expect(try names().count == 2)
    }

    @Test("from another disk, cancelled or failed, leaves all as it was", .enabled(if: OtherDisk.isThere))
    func acrossDisksCancelled() async throws {
        let disk = try OtherDisk()
        try FileManager.default.createDirectory(atPath: "\(disk.path)/a", withIntermediateDirectories: true)
        try Data("one".utf8).write(to: URL(filePath: "\(disk.path)/a/1.png"))
        #expect(mkfifo("\(disk.path)/a/pipe", 0o600) == 0)
        try folder.write("b/old", "old")
        let (source, destination) = ("\(disk.path)/a", folder.path("b"))
        await #expect(
            throws: CommandError("cannot copy \(source)/pipe: it is neither a file nor a folder nor a link")
        ) { try await move(source, destination) }

        unlink("\(disk.path)/a/pipe")
        let moving = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await move(source, destination)
        }
        await #expect(throws: CancellationError.self) { try await moving.value }
        #expect(try names() == ["b"])
        #expect(try text("b/old") == "old")
        #expect(try String(contentsOfFile: "\(source)/1.png", encoding: .utf8) == "one")
    }

    @Test("what came up in the source meanwhile stays there", .enabled(if: OtherDisk.isThere))
    func newcomers() throws {
        let disk = try OtherDisk()
        try Data("late".utf8).write(to: URL(filePath: "\(disk.path)/late.png"))
        try Data("one".utf8).write(to: URL(filePath: "\(disk.path)/1.png"))
        try folder.write("copy/1.png", "one")
        let (source, copy) = (disk.path, folder.path("copy"))
        let error = try #require(throws: FileError.self) {
            let policy = FilePolicy()
            let from = try policy.place(of: source)
            let to = try policy.place(of: copy)
            try TreeCopy(FileWorkControl()).removeSource(from, copiedTo: to)
        }
        #expect(error.description == "cannot remove \(source): directory not empty")
        #expect(try FileManager.default.contentsOfDirectory(atPath: source) == ["late.png"])
    }
}
