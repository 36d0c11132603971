import FileWork
import FlamencoAPI
import Foundation
import SpoolSupport
import Synchronization
import System
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Faults of the spool's disk", .timeLimit(.minutes(1)))
struct StorageFaultTests {
    let folder: TemporaryFolder
    let fault = FaultSwitch()
    let manager = ScriptedManager()
    private let id = SpooledTask.example().id

    init() throws { folder = try TemporaryFolder() }

    private func openStore(_ limits: SpoolLimits = SpoolLimits(freeSpace: 0)) async throws -> SpoolStore {
        try await SpoolStore.open(at: folder.path("spool"), limits: limits, files: fault.files)
    }

    private func deliverAll(_ store: SpoolStore) async throws {
        let sender = UpdateSender(store: store, send: manager.send)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
    }

    @Test("log bytes that found no room are counted, and a line takes their place")
    func logLost() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        spool.log("before")
        fault.set { step, path in
            if case .write = step, path.hasSuffix("/log") { .error(ENOSPC) } else { nil }
        }
        spool.log("lost line")
        spool.log("another")
        fault.clear()
        spool.log("after")
        await spool.finish(.completed)
        try await deliverAll(store)
        #expect(
            manager.log(of: id) == "before\n[18 bytes of output are missing here: no space left on device]\nafter\n")
        #expect(manager.statuses(of: id) == [.completed])
    }

    @Test("a write that arrives in part loses only the rest")
    func partLost() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        let writes = FaultCounter()
        fault.set { step, path in
            guard case .write = step, path.hasSuffix("/log") else { return nil }
            return writes.next() == 1 ? .shortWrite(4) : .error(EIO)
        }
        spool.log("half of it")
        fault.clear()
        spool.log("after")
        await spool.finish(.completed)
        try await deliverAll(store)
        #expect(manager.log(of: id) == "half\n[7 bytes of output are missing here: input/output error]\nafter\n")
    }

    @Test(
        "when nothing can be stored any more, the outcome is delivered from memory",
        arguments: [ENOSPC, EIO, EROFS, EDQUOT])
    func nothingStored(number: Int32) async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        spool.record(status: .active, activity: "go")
        spool.log("stored")
        fault.failAll(number)
        spool.log("lost")
        spool.activity("still going")
        await spool.finish(.failed(reason: "blender failed: exit status 1"))
        await #expect(throws: SpoolError.self) { try await store.checkStorage() }
        try await deliverAll(store)
        let problem = String(cString: strerror(number)).lowercased()
        #expect(
            manager.log(of: id)
                == "stored\n[5 bytes of output are missing here: \(problem)]\nblender failed: exit status 1\n")
        #expect(manager.statuses(of: id) == [.active, .failed])
        #expect(manager.activity(of: id) == "blender failed: exit status 1")
    }

    @Test("an outcome that could not be stored is stored as soon as there is room, and outlives the agent then")
    func storedLater() async throws {
        do {
            let store = try await openStore()
            let spool = try await store.begin(.example())
            fault.failAll(ENOSPC)
            await spool.finish(.completed)
            await #expect(throws: SpoolError(folder: folder.path("spool"), reason: .diskFull)) {
                try await store.checkStorage()
            }
            fault.clear()
            try await store.checkStorage()
        }
        try await deliverAll(try await openStore())
        #expect(manager.statuses(of: id) == [.completed])
    }

    @Test(
        "a fault says in one sentence what is wrong, and is over when it is over",
        arguments: [
            (ENOSPC, SpoolError.Reason.diskFull), (EROFS, .readOnly), (ENOENT, .folderGone),
        ])
    func sentences(number: Int32, reason: SpoolError.Reason) async throws {
        let store = try await openStore()
        try await store.checkStorage()
        fault.failAll(number)
        await #expect(throws: SpoolError(folder: store.path, reason: reason)) { try await store.checkStorage() }
        await #expect(throws: SpoolError(folder: store.path, reason: reason)) { _ = try await store.begin(.example()) }
        fault.clear()
        try await store.checkStorage()
        #expect(store.undelivered.isEmpty)
        let text = SpoolError(folder: "/spool", reason: reason).description
        #expect(text.contains("/spool") && !text.contains("\n") && !text.hasSuffix("."))
    }

    @Test("too little room on the disk, or too much that waits, means no new task")
    func limits() async throws {
        let cramped = try await openStore(SpoolLimits(freeSpace: .max))
        await #expect {
            try await cramped.checkStorage()
        } throws: {
            if case .diskAlmostFull = ($0 as? SpoolError)?.reason { true } else { false }
        }
        let small = try await openStore(SpoolLimits(undelivered: 10, freeSpace: 0))
        let spool = try await small.begin(.example())
        try await small.checkStorage()
        spool.log("more than ten bytes")
        await #expect(throws: SpoolError(folder: small.path, reason: .limitReached(used: 20, limit: 10))) {
            try await small.checkStorage()
        }
        await spool.finish(.completed)
        try await deliverAll(small)
        while !small.undelivered.isEmpty { try await deliverAll(small) }
        try await small.checkStorage()
    }

    @Test("a task goes on when its folder is deleted under it, and the store makes itself anew")
    func folderDeleted() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        spool.record(status: .active)
        spool.log("before")
        try FileManager.default.removeItem(atPath: store.path)
        spool.log("after")
        let sender = UpdateSender(store: store, send: manager.send)
        try await withRunning(sender) {
            await sender.waitUntilDelivered()
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.log(of: id) == "before\nafter\n")
        #expect(manager.statuses(of: id) == [.active, .completed])
        try await store.checkStorage()
        let next = try await store.begin(.example("next"))
        await next.finish(.completed)
        try await deliverAll(store)
        #expect(manager.statuses(of: "next") == [.completed])
    }

    @Test("the outcome arrives even if the log is gone or cannot be read")
    func logGone() async throws {
        do {
            let store = try await openStore()
            let spool = try await store.begin(.example())
            spool.log("text")
            await spool.finish(.completed)
            try FileManager.default.removeItem(atPath: spool.folder + "/log")
            let sender = UpdateSender(store: store, send: manager.send)
            try await withRunning(sender) { await sender.waitUntilDelivered() }
        }
        #expect(manager.log(of: id) == "[5 bytes of output are missing here: no such file or directory]\n")
        #expect(manager.statuses(of: id) == [.completed])
    }

    @Test("a disk that fills in the middle of a task is told at once, and so is that it has room again")
    func trouble() async throws {
        let told = Recorder<String>()
        let lines = Recorder<String>()
        let store = try await SpoolStore.open(
            at: folder.path("spool"), files: fault.files, log: { lines.add($0.text) },
            onTrouble: { told.add($0?.description ?? "none") })
        let spool = try await store.begin(.example())
        spool.log("before")
        #expect(told.all.isEmpty)
        fault.failAll(ENOSPC)
        for _ in 0..<3 { spool.log("lost") }
        let problem = "the disk of the spool \(folder.path("spool")) is full"
        #expect(told.all == [problem])
        #expect(lines.all == ["the output of tasks is being lost: \(problem)"])
        fault.clear()
        spool.log("after")
        #expect(told.all == [problem, "none"])
        #expect(lines.all.last == "the spool \(folder.path("spool")) can store output again")
    }

    @Test("a disk that is almost full says what is free and needed, and is another matter when it is full")
    func almostFull() async throws {
        let store = try await SpoolStore.open(at: folder.path("spool"), limits: SpoolLimits(freeSpace: 1 << 60))
        let error = await #expect(throws: SpoolError.self) { try await store.checkStorage() }
        let almost = try #require(error)
        #expect(almost.description.hasSuffix(" are free, 1048576 TiB are needed"), "\(almost)")
        #expect(
            !TaskObstacle.storage(almost).isSame(as: .storage(SpoolError(folder: almost.folder, reason: .diskFull))))
    }

    @Test("a folder is removed with all in it, or the system says why not")
    func remove() throws {
        let files = SpoolFiles()
        try folder.write("tree/a/b", "text")
        symlink("/etc", folder.path("tree/link"))
        try files.remove(folder.path("tree"))
        #expect(try folder.names().isEmpty)
        #expect(FileManager.default.fileExists(atPath: "/etc/passwd"))
        try folder.write("file", "")
        for (name, number) in [
            ("missing", ENOENT), ("file/x", ENOTDIR), (String(repeating: "n", count: 300), ENAMETOOLONG),
        ] {
            errno = 0
            let error = #expect(throws: FileError.self) { try files.remove(folder.path(name)) }
            #expect(error?.number == number)
        }
    }

    @Test(
        "a version that is no version is called damaged, a greater one that of a newer agent",
        arguments: [
            ("", "damaged: expected a line with a version, found an empty file"), ("1", "damaged"), ("\0\0", "damaged"),
            ("one\n", "found \"one\""), ("0\n", "damaged"), ("2\n", "was written by a newer agent (version 2;"),
        ])
    func version(text: String, words: String) async throws {
        try folder.write("spool/version", text)
        let error = await #expect(throws: SpoolError.self) { try await openStore() }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("a record that is damaged anywhere does not hide the outcome behind it")
    func corruptRecord() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        spool.activity("one")
        await spool.finish(.completed)
        let path = spool.folder + "/events"
        let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let entries = SpoolEntry.decode(good).entries
        #expect(entries.map(\.number) == [1, 2, 3])
        let second = try #require(entries.dropFirst().first).encoded()
        let start = entries[0].encoded().count
        for position in start..<(start + second.count) {
            var bad = good
            bad[position] ^= 0xFF
            #expect(SpoolEntry.decode(bad).entries == [entries[0], entries[2]], "byte \(position)")
        }
    }

    @Test("a torn tail is cut off at any length, and what comes next is read back")
    func tornTail() throws {
        let first = SpoolEntry(number: 1, offset: 0, time: 1, task: .example())
        let second = SpoolEntry(number: 2, offset: 9, time: 2, status: .completed, ends: true)
        let path = folder.path("events")
        for size in 0..<second.encoded().count {
            try Data(first.encoded() + second.encoded().prefix(size)).write(to: URL(filePath: path))
            var file = EntryFile(path: path, files: SpoolFiles())
            #expect(try file.read() == [first])
            try file.append(second)
            #expect(try file.read() == [first, second])
        }
    }

    @Test("a cursor that is torn anywhere falls back to the one before")
    func tornCursor() throws {
        let path = folder.path("cursor")
        var file = CursorFile(path: path, files: SpoolFiles())
        try file.create()
        let old = DeliveryCursor(entry: 3, offset: 70_000, text: .init(column: 12, afterReturn: true))
        let new = DeliveryCursor(entry: 4, offset: 90_000, isClosed: true)
        try file.write(old)
        let before = try Data(contentsOf: URL(filePath: path))
        try file.write(new)
        #expect(try file.read() == new)
        let after = try Data(contentsOf: URL(filePath: path))
        for size in 0...512 {
            // The newer slot is the one that changed.
            let slot = before.prefix(512) == after.prefix(512) ? 512 : 0
            var torn = before
            torn.replaceSubrange(slot..<(slot + size), with: after[slot..<(slot + size)])
            try torn.write(to: URL(filePath: path))
            var again = CursorFile(path: path, files: SpoolFiles())
            let read = try again.read()
            #expect(read == old || (read == new && size >= 44), "\(size) bytes")
        }
    }
}

/// Counts calls.
final class FaultCounter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
