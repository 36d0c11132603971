import FlamencoAPI
import FoundationEssentials
import Testing

@testable import Swarm

@Suite("A worker of a swarm")
struct SwarmWorkerTests {
    /// A worker whose requests are answered by hand.
    private struct Bench {
        var worker: SwarmWorker
        var now = Duration.zero

        init(failures: Double = 0, images: Double = 0, dialect: APIDialect = .v3) throws {
            var plan = SwarmPlan(
                host: "127.0.0.1", port: 1, dialect: dialect, workers: 1, taskTime: try #require(TaskTime("12s")))
            plan.failures = failures
            plan.images = images
            worker = SwarmWorker(plan: plan, messages: SwarmMessages(dialect: dialect), number: 0)
        }

        /// What it asks next, however long it waits before.
        mutating func ask() -> SwarmRequest? {
            while true {
                switch worker.next(now: now) {
                case .ask(let request): return request
                case .wait(let until): now = until
                case .gone: return nil
                }
            }
        }

        /// Expects a request, and answers it.
        mutating func answer(
            _ operation: FlamencoAPI.Operation, _ status: Int, _ body: String = "",
            _ location: SourceLocation = #_sourceLocation
        ) {
            let asked = ask()?.operation
            #expect(asked == operation, sourceLocation: location)
            worker.answered(status, Data(body.utf8), now: now)
        }

        mutating func signOn() {
            answer(.registerWorker, 200, #"{"uuid": "w"}"#)
            answer(.signOn, 200, #"{"status_requested": "awake"}"#)
            answer(.workerStateChanged, 204)
        }
    }

    private static let task = #"{"uuid": "t", "name": "n"}"#

    @Test("signs on, asks less and less often, runs a task as long as it takes, and asks for the next at once")
    func life() throws {
        var bench = try Bench()
        bench.signOn()
        #expect(bench.now == .zero)
        var waits: [Duration] = []
        for _ in 0..<8 {
            let before = bench.now
            bench.answer(.scheduleTask, 204)
            waits.append(bench.now - before)
        }
        #expect(waits[1] >= .milliseconds(900) && waits[1] < .milliseconds(1100))
        #expect(waits[7] >= .milliseconds(4500) && waits[7] < .milliseconds(5500))
        bench.answer(.scheduleTask, 200, Self.task)
        let begun = bench.now
        bench.answer(.taskUpdate, 204)
        bench.answer(.mayWorkerRun, 200, #"{"mayKeepRunning": true}"#)
        bench.answer(.mayWorkerRun, 200, #"{"mayKeepRunning": true}"#)
        let last = bench.ask()
        #expect(last?.operation == .taskUpdate)
        #expect(last?.argument == "t")
        let text = String(decoding: last?.body ?? [], as: UTF8.self)
        #expect(text.contains(#""taskStatus":"completed""#))
        #expect(bench.now - begun == .seconds(12))
        bench.answer(.taskUpdate, 204)
        #expect(bench.worker.completedTasks == 1)
        let before = bench.now
        bench.answer(.scheduleTask, 204)
        #expect(bench.now == before)
    }

    @Test("shows an image before it says how the task ended; one that is not taken is not shown again")
    func image() throws {
        var bench = try Bench(failures: 1, images: 1)
        bench.signOn()
        bench.answer(.scheduleTask, 200, Self.task)
        bench.answer(.taskUpdate, 204)
        for _ in 0..<2 { bench.answer(.mayWorkerRun, 200, #"{"mayKeepRunning": true}"#) }
        let image = bench.ask()
        #expect(image?.body.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true, "a PNG")
        bench.answer(.taskOutputProduced, 429)
        let last = bench.ask()
        let text = String(decoding: last?.body ?? [], as: UTF8.self)
        #expect(text.contains(#""taskStatus":"failed""#))
        bench.answer(.taskUpdate, 204)
        #expect(bench.worker.failedTasks == 1)
    }

    @Test("tries again what got no answer, and what the manager could not do")
    func retries() throws {
        var bench = try Bench()
        bench.signOn()
        bench.answer(.scheduleTask, 503)
        let again = bench.ask()
        #expect(again?.operation == .scheduleTask)
        #expect(bench.now >= .milliseconds(900))
        bench.worker.failed(now: bench.now)
        bench.answer(.scheduleTask, 200, Self.task)
        for _ in 0..<3 { bench.answer(.taskUpdate, 500) }
        bench.answer(.taskUpdate, 204)
        #expect(bench.worker.completedTasks == 0, "the task has only begun")
    }

    @Test("drops a task that is not its own any more, and registers anew where nobody knows it")
    func lostTask() throws {
        var bench = try Bench()
        bench.signOn()
        bench.answer(.scheduleTask, 200, Self.task)
        bench.answer(.taskUpdate, 409)
        bench.answer(.scheduleTask, 200, Self.task)
        bench.answer(.taskUpdate, 204)
        bench.answer(.mayWorkerRun, 200, #"{"mayKeepRunning": false}"#)
        bench.answer(.workerState, 204)
        bench.answer(.scheduleTask, 403)
        bench.signOn()
        bench.answer(.scheduleTask, 204)
        #expect(bench.worker.completedTasks == 0)
    }

    @Test("goes to sleep, wakes up and leaves when it is asked to")
    func states() throws {
        var bench = try Bench()
        bench.signOn()
        bench.answer(.scheduleTask, 423, #"{"status_requested": "asleep"}"#)
        bench.answer(.workerStateChanged, 204)
        bench.answer(.workerState, 204)
        bench.answer(.workerState, 200, #"{"status_requested": "awake"}"#)
        bench.answer(.workerStateChanged, 204)
        bench.answer(.scheduleTask, 423, #"{"status_requested": "offline"}"#)
        bench.answer(.workerStateChanged, 204)
        #expect(!bench.worker.isPresent)
        bench.answer(.signOff, 204)
        let end = bench.ask()
        #expect(end == nil)
        #expect(bench.worker.isGone)
    }

    @Test("signs off when the swarm leaves, if it ever registered")
    func leaving() throws {
        var bench = try Bench()
        bench.worker.leave(now: .zero, within: .seconds(5))
        let first = bench.ask()
        #expect(first == nil)
        bench = try Bench()
        bench.signOn()
        bench.answer(.scheduleTask, 200, Self.task)
        bench.worker.leave(now: bench.now, within: .seconds(5))
        // What comes of a request that was under way is not the answer to its sign-off.
        bench.worker.answered(204, Data(), now: bench.now)
        bench.answer(.signOff, 500)
        let last = bench.ask()
        #expect(last == nil, "whoever leaves does not wait")
    }

    @Test("asks for its state while it runs a task where there is no other question for that")
    func oldDialect() throws {
        var bench = try Bench(images: 1, dialect: .v2022)
        bench.signOn()
        bench.answer(.scheduleTask, 200, Self.task)
        bench.answer(.taskUpdate, 204)
        for _ in 0..<2 { bench.answer(.workerState, 204) }
        bench.answer(.taskUpdate, 204)
        #expect(bench.worker.completedTasks == 1, "and there are no images")
    }
}
