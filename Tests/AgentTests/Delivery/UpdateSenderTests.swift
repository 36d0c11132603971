import FlamencoAPI
import Foundation
import ManagerClient
import SpoolSupport
import Synchronization
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Delivery", .timeLimit(.minutes(1)))
struct UpdateSenderTests {
    let folder: TemporaryFolder
    let clock = ManualClock()

    init() throws { folder = try TemporaryFolder() }

    private func openStore() async throws -> SpoolStore {
        try await SpoolStore.open(at: folder.path("spool"), clock: clock)
    }

    private func sender(_ store: SpoolStore, _ manager: ScriptedManager) -> UpdateSender {
        UpdateSender(store: store, clock: clock, backoff: Backoff { 1 }, send: manager.send)
    }

    @Test("a whole task arrives in order, and its status after all of its log")
    func wholeTask() async throws {
        let store = try await openStore()
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        try await withRunning(sender) {
            let spool = try await store.begin(.example())
            spool.record(status: .active, activity: "rendering")
            spool.log("one")
            spool.stepCompleted()
            spool.log("two")
            await spool.finish(.failed(reason: "blender failed: exit status 1"))
            await sender.waitUntilDelivered()
        }
        let id = SpooledTask.example().id
        #expect(manager.log(of: id) == "one\ntwo\nblender failed: exit status 1\n")
        #expect(manager.statuses(of: id) == [.active, .failed])
        #expect(manager.activity(of: id) == "blender failed: exit status 1")
        #expect(manager.accepted.last?.update.status == .failed)
        #expect(manager.accepted.compactMap(\.update.stepsCompleted) == [1])
    }

    @Test("after an outage, word that a task runs goes only if the manager says that it may", arguments: [true, false])
    func lateWord(may: Bool) async throws {
        let store = try await openStore()
        let manager = ScriptedManager([.failure(ManagerError(request: "update", reason: .unreachable("no route")))])
        let asked = Mutex(0)
        let sender = UpdateSender(
            store: store, clock: clock, backoff: Backoff { 1 },
            mayRun: { _ in
                asked.withLock { $0 += 1 }
                return may
            }, send: manager.send)
        try await withRunning(sender) { [clock] in
            let spool = try await store.begin(.example())
            spool.record(status: .active, activity: "rendering")
            while clock.pendingSleeps.isEmpty || manager.requests.isEmpty { await Task.yield() }
            clock.advance(by: .seconds(60))
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        let id = SpooledTask.example().id
        #expect(manager.requests.first?.update.status == .active)
        #expect(asked.withLock { $0 } == 1)
        #expect(manager.statuses(of: id) == (may ? [.active, .completed] : [.completed]))
        #expect(manager.accepted.first?.update.activity == "rendering")
    }

    @Test("word that a task runs, left by an earlier run of the agent, goes only if the manager says that it may")
    func oldWord() async throws {
        var store: SpoolStore? = try await openStore()
        try await store?.begin(.example()).record(status: .active, activity: "rendering")
        store = nil
        let manager = ScriptedManager()
        let again = try await openStore()
        let sender = UpdateSender(store: again, clock: clock, mayRun: { _ in false }, send: manager.send)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
        #expect(manager.statuses(of: SpooledTask.example().id).isEmpty)
    }

    @Test("a batch goes two seconds after its first byte, without another one coming")
    func timer() async throws {
        let store = try await openStore()
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        try await withRunning(sender) { [clock] in
            let spool = try await store.begin(.example())
            spool.log("waits")
            while clock.pendingSleeps != [.seconds(2)] { await Task.yield() }
            clock.advance(by: .milliseconds(1500))
            spool.log("too")
            while clock.pendingSleeps != [.milliseconds(500)] { await Task.yield() }
            #expect(manager.requests.isEmpty)
            clock.advance(by: .milliseconds(500))
            while manager.requests.isEmpty { await Task.yield() }
            #expect(manager.log(of: spool.task.id) == "waits\ntoo\n")
        }
    }

    @Test("N bytes of quick output take at most N / 64 KiB + 2 requests")
    func requestCount() async throws {
        let store = try await openStore()
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        let line = String(repeating: "x", count: 119)
        let count = 20_000
        try await withRunning(sender) {
            let spool = try await store.begin(.example())
            spool.record(status: .active, activity: "go")
            for _ in 0..<count { spool.log(line) }
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.requests.count <= count * 120 / (64 << 10) + 2)
        #expect(manager.log(of: SpooledTask.example().id) == String(repeating: line + "\n", count: count))
    }

    @Test("what was queued while the manager was away goes in large batches")
    func behind() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        let line = String(repeating: "y", count: 1023)
        for _ in 0..<5000 { spool.log(line) }
        await spool.finish(.completed)
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
        #expect(manager.requests.count == 10)
        #expect(manager.requests.allSatisfy { $0.update.log.count <= 512 << 10 })
        #expect(manager.log(of: spool.task.id).utf8.count == 5000 * 1024)
        #expect(manager.statuses(of: spool.task.id) == [.completed])
    }

    @Test(
        "after anything that is no definite answer the same update is sent again, with back-off",
        arguments: [
            (ManagerError.Reason.unreachable("connection refused"), Duration.milliseconds(500)),
            (.brokenReply("not HTTP"), .milliseconds(500)),
            (.busy(status: 503, message: nil, retryAfter: nil), .milliseconds(500)),
            (.busy(status: 429, message: "slow down", retryAfter: .seconds(7)), .milliseconds(7500)),
        ])
    func transient(reason: ManagerError.Reason, delay: Duration) async throws {
        let store = try await openStore()
        let manager = ScriptedManager([ManagerError.answer(reason), ManagerError.answer(reason)])
        let sender = sender(store, manager)
        let spool = try await store.begin(.example())
        spool.log("text")
        await spool.finish(.completed)
        try await withRunning(sender) { [clock] in
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [delay])
            #expect(sender.counters.lastError != nil)
            clock.advance(by: delay)
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [delay + .milliseconds(500)])
            clock.advance(by: .seconds(60))
            await sender.waitUntilDelivered()
            #expect(sender.counters.lastError == nil)
            #expect(sender.counters.bytesWaiting == 0)
        }
        #expect(manager.requests.count == 3)
        #expect(Set(manager.requests.map(\.update)).count == 1)
        #expect(manager.log(of: SpooledTask.example().id) == "text\n")
    }

    @Test("409 drops what is queued for the task, tells the agent, and the next task goes on")
    func notOurs() async throws {
        let store = try await openStore()
        let manager = ScriptedManager([.success(.notOurs)])
        let sender = sender(store, manager)
        let first = try await store.begin(.example("first"))
        first.record(status: .active)
        first.log("more")
        try await withRunning(sender) {
            var events = sender.events.makeAsyncIterator()
            #expect(await events.next() == .taskNotOurs(taskID: "first", run: first.name))
            first.log("still printing")
            await first.finish(.interrupted(reason: "the task is not ours any more"))
            let second = try await store.begin(.example("second"))
            await second.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.requests.map(\.taskID) == ["first", "second"])
        #expect(manager.statuses(of: "second") == [.completed])
    }

    @Test("401 and 403 pause the delivery until the agent has signed on again", arguments: [401, 403])
    func unauthorised(status: Int) async throws {
        let store = try await openStore()
        let manager = ScriptedManager([ManagerError.answer(.unauthorised(status: status, message: nil))])
        let sender = sender(store, manager)
        try await withRunning(sender) {
            let spool = try await store.begin(.example())
            await spool.finish(.completed)
            var events = sender.events.makeAsyncIterator()
            guard case .unauthorised = await events.next() else {
                Issue.record("no event")
                return
            }
            while !sender.counters.isPaused { await Task.yield() }
            #expect(manager.requests.count == 1)
            await sender.resume()
            await sender.waitUntilDelivered()
        }
        #expect(manager.requests.count == 2)
        #expect(manager.statuses(of: SpooledTask.example().id) == [.completed])
    }

    @Test("an update that the manager does not want is dropped, and delivery goes on")
    func rejected() async throws {
        let store = try await openStore()
        let manager = ScriptedManager([
            ManagerError.answer(.rejected(status: 400, code: nil, message: "no")),
            .success(.accepted),
            ManagerError.answer(.rejected(status: 404, code: 404, message: "unknown task")),
        ])
        let sender = sender(store, manager)
        try await withRunning(sender) {
            let spool = try await store.begin(.example("one"))
            spool.log("bad")
            await spool.finish(.completed)
            let unknown = try await store.begin(.example("two"))
            await unknown.finish(.completed)
            let good = try await store.begin(.example("three"))
            await good.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.statuses(of: "one") == [.completed])
        #expect(manager.log(of: "one").isEmpty)
        #expect(manager.statuses(of: "two").isEmpty)
        #expect(manager.statuses(of: "three") == [.completed])
    }

    @Test("413 makes the batches smaller, and nothing is dropped")
    func tooLarge() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        for _ in 0..<20_000 { spool.log(String(repeating: "z", count: 99)) }
        await spool.finish(.completed)
        let manager = ScriptedManager([ManagerError.answer(.rejected(status: 413, code: nil, message: nil))])
        let sender = sender(store, manager)
        try await withRunning(sender) { await sender.waitUntilDelivered() }
        #expect(manager.accepted.allSatisfy { $0.update.log.count <= 512 << 10 })
        #expect(manager.log(of: spool.task.id).utf8.count == 2_000_000)
    }

    @Test("413 to a batch of a task that goes on makes it smaller at once")
    func tooLargeWhileRunning() async throws {
        let store = try await openStore()
        let manager = ScriptedManager([ManagerError.answer(.rejected(status: 413, code: nil, message: nil))])
        let sender = sender(store, manager)
        let spool = try await store.begin(.example())
        for _ in 0..<700 { spool.log(String(repeating: "z", count: 99)) }
        try await withRunning(sender) {
            while manager.log(of: spool.task.id).utf8.count < 70_000 { await Task.yield() }
        }
        #expect(manager.requests.map(\.update.log.count) == [70_000, 35_000, 35_000])
    }

    @Test("an unfinished character waits for its rest, and does not hold up anybody")
    func unfinishedCharacter() async throws {
        let store = try await openStore()
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        let spool = try await store.begin(.example())
        try await withRunning(sender) {
            let euro: [UInt8] = Array("€".utf8)
            euro.prefix(2).withUnsafeBytes { spool.log($0) }
            await sender.waitUntilDelivered()
            #expect(manager.requests.isEmpty)
            euro.suffix(1).withUnsafeBytes { spool.log($0) }
            await sender.waitUntilDelivered()
            #expect(manager.log(of: spool.task.id) == "€")
            euro.prefix(2).withUnsafeBytes { spool.log($0) }
            await spool.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.log(of: spool.task.id) == "€\u{FFFD}")
        #expect(manager.statuses(of: spool.task.id) == [.completed])
    }

    @Test("a flush is bounded")
    func flush() async throws {
        let store = try await openStore()
        let spool = try await store.begin(.example())
        spool.log("text")
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        async let flushed = sender.flush(within: .seconds(5))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(await flushed == false)
        let done = try await withRunning(sender) { await sender.flush(within: .seconds(5)) }
        #expect(done)
        #expect(manager.log(of: spool.task.id) == "text\n")
    }

    @Test("a restarted agent delivers what was left, and says of an unfinished task that it was interrupted")
    func leftovers() async throws {
        do {
            let store = try await openStore()
            let finished = try await store.begin(.example("finished"))
            finished.log("done")
            await finished.finish(.completed)
            let unfinished = try await store.begin(.example("unfinished"))
            unfinished.record(status: .active, activity: "go")
            unfinished.log("half a li")
        }
        for _ in 0..<2 { _ = try await openStore() }
        let store = try await openStore()
        let manager = ScriptedManager()
        let sender = sender(store, manager)
        try await withRunning(sender) {
            let again = try await store.begin(.example("unfinished"))
            again.record(status: .active)
            await again.finish(.completed)
            await sender.waitUntilDelivered()
        }
        #expect(manager.log(of: "finished") == "done\n")
        #expect(manager.statuses(of: "finished") == [.completed])
        let line = "interrupted: the agent was stopped or killed while this task ran"
        #expect(manager.log(of: "unfinished") == "done\n".dropFirst(5) + "half a li\n\(line)\n")
        #expect(manager.statuses(of: "unfinished") == [.active, .active, .completed])
        #expect(manager.activity(of: "unfinished") == line)
        #expect(try await openStore().undelivered.isEmpty)
    }

    @Test(
        "an outcome that the manager refuses is said, told, and its log stays here for good",
        arguments: [
            .success(.notOurs), ManagerError.answer(.rejected(status: 404, code: nil, message: "gone")),
        ] as [Result<UpdateReceipt, ManagerError>])
    func refusedOutcome(answer: Result<UpdateReceipt, ManagerError>) async throws {
        let lines = Recorder<String>()
        let refusals = Recorder<Int>()
        let log = Log { lines.add($0.sentence) }
        let limits = SpoolLimits(keptTasks: 0)
        let store = try await SpoolStore.open(at: folder.path("spool"), limits: limits, clock: clock, log: log.note)
        let spool = try await store.begin(.example())
        spool.log(String(repeating: "x", count: 2047))
        await spool.finish(.completed)
        // Before, the manager did not answer: when it refuses, it does not take updates again.
        let manager = ScriptedManager([ManagerError.answer(.unreachable("connection refused")), answer])
        let sender = UpdateSender(
            store: store, clock: clock, backoff: Backoff { 1 }, log: log, onRefusal: { refusals.add(1) },
            send: manager.send)
        try await withRunning(sender) { [clock] in
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            await sender.waitUntilDelivered()
        }
        let status = if case .success = answer { 409 } else { 404 }
        let path = folder.path("spool/tasks/\(spool.name)")
        #expect(
            lines.all.last?.hasSuffix(
                "completed here, but the manager refused the outcome (\(status)); 2 KiB of its log are kept in \(path)")
                == true,
            "\(lines.all)")
        #expect(!lines.all.contains { $0.contains("accepts updates again") })
        #expect(refusals.all == [1])
        // Also when a next start looks for what is to be removed.
        _ = try await SpoolStore.open(at: folder.path("spool"), limits: limits, clock: clock)
        #expect(FileManager.default.fileExists(atPath: path + "/log"))
        #expect(try SpoolReader(stateDirectory: folder.url.path).runs().map(\.isRefused) == [true])
    }
}
