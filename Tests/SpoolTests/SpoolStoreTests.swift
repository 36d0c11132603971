import Agent
import FlamencoAPI
import Foundation
import SpoolSupport
import TestSupport
import Testing

@testable import Spool

@Suite("The spool", .timeLimit(.minutes(1)))
struct SpoolStoreTests {
    let folder: TemporaryFolder
    let manager = ScriptedManager()
    private let id = SpooledTask.example().id

    init() throws { folder = try TemporaryFolder() }

    private func openStore(_ limits: SpoolLimits = SpoolLimits(freeSpace: 0)) async throws -> SpoolStore {
        try await SpoolStore.open(at: folder.path("spool"), limits: limits)
    }

    private func tasks() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("spool/tasks")).sorted()
    }

    @Test("belongs to its user alone")
    func permissions() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        for path in [store.path, store.path + "/tasks", spool.folder] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o700, "\(path)")
        }
        for name in ["log", "events", "cursor"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: spool.folder + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test("keeps what was printed as it was printed")
    func rawLog() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        let raw: [UInt8] = [0x31, 0x0D, 0x32, 0x0A, 0, 0xFF]
        raw.withUnsafeBytes { spool.log($0) }
        #expect(try Data(contentsOf: URL(filePath: spool.folder + "/log")) == Data(raw))
    }

    @Test("a task that comes a second time gets a fresh folder that sorts behind, whatever the clock does")
    func names() async throws {
        let store = try await openStore()
        var names: [String] = []
        for _ in 0..<20 { names.append(try await store.begin(.example()).name) }
        #expect(names == names.sorted())
        #expect(Set(names).count == 20)
        let future = SpoolName.of(taskID: "far", at: 4_000_000_000_123)
        #expect(SpoolName.time(of: future) == 4_000_000_000_123)
        let spool = try #require(store.undelivered.last)
        try FileManager.default.copyItem(atPath: spool.folder, toPath: store.path + "/tasks/" + future)
        let later = try await openStore().begin(.example()).name
        #expect(later > future)
    }

    @Test("the id of a task cannot lead out of the folder", arguments: ["../../x", "a/b", "", "ä\u{0}\n", "."])
    func strangeIDs(id: String) async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example(id))
        #expect(try tasks() == [spool.name])
        #expect(spool.name.allSatisfy { $0.isASCII && !"/ \n".contains($0) })
    }

    @Test("keeps so many tasks and bytes of what was delivered, and everything that was not")
    func retention() async throws {
        let store = try await openStore(SpoolLimits(keptTasks: 3, keptBytes: 2500, freeSpace: 0))
        let waiting = try await store.begin(.example("waiting"))
        let sender = UpdateSender(store: store, send: manager.send)
        var names: [String] = []
        try await withRunning(sender) {
            for index in 0..<6 {
                let spool = try await store.begin(.example("task-\(index)"))
                spool.log(String(repeating: "x", count: 999))
                await spool.finish(.completed)
            }
            while store.undelivered.count > 1 { await Task.yield() }
        }
        names = try tasks()
        #expect(names.count == 3)
        #expect(names.contains(waiting.name))
        #expect(names.dropFirst().allSatisfy { $0.hasSuffix("task-4") || $0.hasSuffix("task-5") })
        _ = try await openStore(SpoolLimits(keptTasks: 1, freeSpace: 0))
        #expect(try tasks().count == 2)
    }

    @Test("of a log beyond its limit the middle is left out, and a line says how much")
    func cap() async throws {
        let limit = 64 << 10
        let store = try await openStore(SpoolLimits(taskLog: limit, freeSpace: 0))
        let spool = try await store.begin(.example())
        let lines = (0..<4000).map { "line \($0) " + String(repeating: "x", count: 80) }
        lines.forEach { spool.log($0) }
        #expect(spool.storedBytes <= limit)
        await spool.finish(.failed(reason: "the last word"))
        #expect(spool.storedBytes <= limit)
        let onDisk = try FileManager.default.contentsOfDirectory(atPath: spool.folder).filter { $0.hasPrefix("log") }
            .map { try Data(contentsOf: URL(filePath: spool.folder + "/" + $0)).count }.reduce(0, +)
        #expect(onDisk == spool.storedBytes)

        let sender = UpdateSender(
            store: try await openStore(SpoolLimits(taskLog: limit, freeSpace: 0)), send: manager.send)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
        let log = manager.log(of: id)
        let parts = log.components(separatedBy: "[")
        #expect(parts.count == 2)
        #expect(log.hasSuffix(" of output are left out here: the log of a task is limited to 64 KiB]\n") == false)
        #expect((lines.joined(separator: "\n") + "\n").hasPrefix(parts[0].dropLast()))
        #expect(log.hasSuffix("\(lines[3999])\nthe last word\n"))
        #expect(log.contains(" of output are left out here: the log of a task is limited to 64 KiB]\n"))
        #expect(manager.statuses(of: id) == [.failed])
        #expect(parts[0].utf8.count == limit / 2 + 1)
    }

    @Test("a manager that keeps up gets all of a log, whatever its limit")
    func capWithQuickManager() async throws {
        let store = try await openStore(SpoolLimits(taskLog: 64 << 10, freeSpace: 0))
        let sender = UpdateSender(store: store, send: manager.send)
        let spool = try await store.begin(.example())
        try await withRunning(sender) {
            for index in 0..<4000 {
                spool.log("line \(index)")
                if index % 100 == 0 { await sender.waitUntilDelivered() }
            }
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.log(of: id) == (0..<4000).map { "line \($0)\n" }.joined())
    }

    @Test("a flood of activities stays small on disk and in memory, and the last one arrives")
    func activityFlood() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        for index in 0..<20_000 {
            spool.activity("frame \(index)")
            spool.stepCompleted()
        }
        await spool.finish(.completed)
        let size = try Data(contentsOf: URL(filePath: spool.folder + "/events")).count
        #expect(size < 1 << 20 + 4096)
        let sender = UpdateSender(store: store, send: manager.send)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
        #expect(manager.requests.count == 1)
        #expect(manager.activity(of: id) == "frame 19999")
        #expect(manager.requests.last?.update.stepsCompleted == 20_000)
    }

    @Test("threads that write at once each keep their lines whole and in order")
    func manyThreads() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        let sender = UpdateSender(store: store, send: manager.send)
        try await withRunning(sender) {
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask { for line in 0..<2000 { spool.log("\(writer) \(line)") } }
                }
            }
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        let lines = manager.log(of: id).split(separator: "\n")
        #expect(lines.count == 8000)
        for writer in 0..<4 {
            #expect(lines.filter { $0.hasPrefix("\(writer) ") } == (0..<2000).map { "\(writer) \($0)" })
        }
    }
}
