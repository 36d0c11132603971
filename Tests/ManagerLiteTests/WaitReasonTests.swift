import FlamencoAPI
import Testing

@testable import manager_lite

@Suite("What a job waits for")
struct WaitReasonTests {
    private struct Case: Sendable {
        var job = ManagerLiteTests.job()
        var tasks = [ManagerLiteTests.task("a")]
        var workers: [WorkerDetails] = []
        var blocked: JobBlocklist = []
        let words: String?
    }

    private static let busy = WorkerTask(summary: ManagerLiteTests.task("x", "misc", .active), jobID: "other")

    private static let cases = [
        Case(words: "no worker has registered with the manager"),
        Case(workers: [worker("w", ["misc"])], words: nil),
        Case(workers: [worker("w", ["blender"])], words: "no awake worker supports \"misc\" tasks"),
        Case(
            workers: [worker("w", ["misc"], .asleep), worker("v", ["misc"], .offline), worker("u", ["blender"])],
            words: "no awake worker supports \"misc\" tasks (w is asleep, v is offline)"),
        Case(
            workers: (1...5).map { worker("w\($0)", ["misc"], .offline) },
            words: "no awake worker supports \"misc\" tasks (w1 is offline, w2 is offline, w3 is offline, and 2 more)"),
        Case(
            tasks: [task("a", "misc"), task("b", "blender")], workers: [worker("w", ["file"])],
            words: "no awake worker supports \"blender\" tasks; no awake worker supports \"misc\" tasks"),
        // The tasks behind it may wait for this one.
        Case(tasks: [task("a", "misc"), task("b", "blender")], workers: [worker("w", ["misc"])], words: nil),
        Case(
            job: job(tag: "gpu"), workers: [worker("w", ["misc"], tags: ["cpu"])],
            words: "no awake worker that supports \"misc\" tasks has the tag of the job"),
        Case(job: job(tag: "gpu"), workers: [worker("w", ["misc"], tags: ["gpu"])], words: nil),
        Case(
            tasks: [task("a", "misc", .softFailed)], workers: [worker("w", ["misc"])],
            blocked: [JobBlocklistEntry(workerID: "w", taskType: "misc")],
            words: "all awake workers that support \"misc\" tasks failed too often, and are blocked for this job"),
        Case(
            workers: [worker("w", ["misc"], task: busy), worker("v", ["misc"], task: busy)],
            words: "all 2 workers that support \"misc\" tasks are busy with other jobs"),
        Case(workers: [worker("w", ["misc"], task: busy), worker("v", ["misc"])], words: nil),
        Case(tasks: [task("a", "misc", .active), task("b")], words: nil),
        Case(job: job(.paused), words: "the job is paused"),
        Case(job: job(.canceled), words: nil),
    ]

    @Test("is said in one sentence", arguments: cases.indices)
    func reason(index: Int) {
        let one = Self.cases[index]
        let words = WaitReason.text(job: one.job, tasks: one.tasks, workers: one.workers, blocked: one.blocked)
        #expect(words == one.words)
    }
}
