import Farm
import FlamencoAPI
import Testing

@Suite("A big farm", .timeLimit(.minutes(5)))
struct CapacityTests {
    @Test("two thousand workers get through a hundred thousand tasks")
    func manyTasks() throws {
        var bench = FarmBench()
        let workers = try (0..<2000).map { try bench.awake("w\($0)") }
        let clock = ContinuousClock()
        let submission = try clock.measure {
            for _ in 0..<10 {
                try bench.submit("echo-sleep-test", settings: ["message": "hello", "sleep_repeats": 9999])
            }
        }
        var completed = 0
        var times: [Duration] = []
        while true {
            var idle = 0
            for worker in workers {
                var task: AssignedTask?
                times.append(try clock.measure { task = try bench.fetch(worker) })
                guard let task else {
                    idle += 1
                    continue
                }
                try bench.report(worker, task.uuid, .completed, log: "done\n")
                completed += 1
            }
            if idle == workers.count { break }
        }
        #expect(completed == 100_000)
        #expect(bench.farm.fetchJobs().jobs.allSatisfy { $0.status == .completed })
        times.sort()
        // For whoever wants to know; no machine has to be fast for the test to hold.
        print(
            "submitting 100000 tasks took \(submission), scheduling one \(times[times.count / 2]) in the middle, "
                + "\(times[times.count * 99 / 100]) at most for 99 of 100")
    }
}
