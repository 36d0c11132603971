import Agent
import FlamencoAPI
import Foundation
import SpoolSupport
import TestSupport
import Testing

@testable import Spool

@Suite("The logs on this machine", .timeLimit(.minutes(1)))
struct SpoolReaderTests {
    let folder: TemporaryFolder
    private var reader: SpoolReader { SpoolReader(stateDirectory: folder.url.path) }

    init() throws { folder = try TemporaryFolder() }

    private func openStore(taskLog: Int = 1 << 20) async throws -> SpoolStore {
        try await SpoolStore.open(at: folder.path("spool"), limits: SpoolLimits(taskLog: taskLog, freeSpace: 0))
    }

    private func text(of run: SpooledRun) throws -> String {
        var log = reader.log(of: run)
        var bytes: [UInt8] = []
        while let part = try log.next() { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every file below the spool with its bytes.
    private func contents() throws -> [String: Data] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path("spool"))
        return Dictionary(
            uniqueKeysWithValues: paths.compactMap { path in
                (try? Data(contentsOf: URL(filePath: folder.path("spool/" + path)))).map { (path, $0) }
            })
    }

    @Test("are none where no agent has been")
    func nothing() throws { #expect(try reader.runs() == []) }

    @Test("are listed with task, ending and what is not delivered, oldest first")
    func listing() async throws {
        let store = try await openStore()
        let first = try await store.begin(.example("aaaa"))
        Array("one\n".utf8).withUnsafeBytes { first.log($0) }
        first.end(.completed)
        let second = try await store.begin(.example("bbbb"))
        Array("two two\n".utf8).withUnsafeBytes { second.log($0) }
        let runs = try reader.runs()
        #expect(runs.map { $0.task?.id } == ["aaaa", "bbbb"])
        #expect(runs.map(\.ending) == [.outcome("completed"), nil])
        #expect(runs[1].bytes == 8)
        #expect(runs[1].undelivered == 8)
        #expect(try text(of: runs[1]) == "two two\n")
        second.end(.interrupted(reason: "why"))
        #expect(try reader.runs()[1].ending == .interrupted)
    }

    @Test("are delivered when the manager has taken them, and stay as they were printed")
    func delivered() async throws {
        let store = try await openStore()
        let manager = ScriptedManager()
        let spool = try await store.begin(.example())
        Array("1\r2\n".utf8).withUnsafeBytes { spool.log($0) }
        spool.end(.completed)
        let sender = UpdateSender(store: store, send: manager.send)
        try await withRunning(sender) { while !store.undelivered.isEmpty { await Task.yield() } }
        let run = try #require(try reader.runs().first)
        #expect(run.undelivered == 0)
        #expect(try text(of: run).hasPrefix("1\r2\n"))
    }

    @Test("are only read: not a byte of the spool changes, not even a torn record of an agent at work")
    func untouched() async throws {
        let spool = try await openStore().begin(.example())
        Array("text".utf8).withUnsafeBytes { spool.log($0) }
        let events = try FileHandle(forWritingTo: URL(filePath: spool.folder + "/events"))
        try events.seekToEnd()
        try events.write(contentsOf: Data("FSE1torn".utf8))
        let before = try contents()
        let run = try #require(try reader.runs().first)
        #expect(run.task == .example())
        #expect(try text(of: run) == "text")
        #expect(try contents() == before)
    }

    @Test("grow while they are read, and say what was left out of their middle")
    func growing() async throws {
        let spool = try await openStore(taskLog: 4096).begin(.example())
        var log = reader.log(of: try #require(try reader.runs().first))
        #expect(try log.next() == nil)
        Array("begin".utf8).withUnsafeBytes { spool.log($0) }
        #expect(try log.next() == Array("begin".utf8))
        #expect(try log.next() == nil)
        [UInt8](repeating: 0x78, count: 10_000).withUnsafeBytes { spool.log($0) }
        Array("end".utf8).withUnsafeBytes { spool.log($0) }
        var rest: [UInt8] = []
        while let part = try log.next() { rest += part }
        let words = String(decoding: rest, as: UTF8.self)
        #expect(words.contains(" KiB of output are left out here]\n"))
        #expect(words.hasSuffix("xend"))
    }

    @Test("of a newer agent, or of a folder that cannot be looked into, are not guessed at")
    func unreadable() async throws {
        _ = try await openStore()
        try folder.write("spool/version", "7\n")
        #expect(throws: SpoolError(folder: reader.path, reason: .newerVersion(found: 7, known: 1))) {
            try reader.runs()
        }
        let file = try folder.write("file", "")
        #expect(try SpoolReader(stateDirectory: file).runs() == [])
    }

    @Test("are found by folder, UUID, name and the beginning of the UUID")
    func names() throws {
        func run(_ name: String, _ id: String, _ task: String) -> SpooledRun {
            SpooledRun(
                name: name, task: SpooledTask(id: id, name: task, jobID: "j", jobName: "job"), began: nil, ending: nil,
                bytes: 0, undelivered: 0, isRefused: false)
        }
        let runs = [
            run("1-a", "aa1", "render"), run("2-a", "aa1", "render"), run("3-a", "aa2", "render"), run("4", "b", "x"),
        ]
        for (wanted, found) in [("1-a", "1-a"), ("aa1", "2-a"), ("x", "4"), ("aa2", "3-a"), ("b", "4")] {
            #expect(try SpooledRun.named(wanted, among: runs).name == found)
        }
        for wanted in ["render", "aa"] {
            #expect(throws: SpooledRunError.ambiguous(wanted, ids: ["aa1", "aa2"])) {
                try SpooledRun.named(wanted, among: runs)
            }
        }
        for wanted in ["", "c"] {
            #expect(throws: SpooledRunError.unknown(wanted)) { try SpooledRun.named(wanted, among: runs) }
        }
    }
}
