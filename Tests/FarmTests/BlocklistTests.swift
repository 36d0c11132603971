import Farm
import FlamencoAPI
import Testing

@Suite("The blocklist of a job")
struct BlocklistTests {
    @Test("a worker that failed too often is on it, and gets tasks again when it is taken off")
    func removed() throws {
        var bench = FarmBench(["job": (0..<5).map { blueprint("t\($0)") }])
        let job = try bench.submit("job")
        let bad = try bench.awake("bad")
        _ = try bench.awake("good")
        for number in 0..<3 {
            #expect(try bench.farm.fetchBlocklist(ofJob: job.id).isEmpty, "after \(number)")
            try bench.report(bad, try #require(try bench.fetch(bad)).uuid, .failed)
        }
        let entry = JobBlocklistEntry(workerID: bad, taskType: "misc", workerName: "bad")
        #expect(try bench.farm.fetchBlocklist(ofJob: job.id) == [entry])
        #expect(try bench.fetch(bad) == nil)
        // Others are not what this is about.
        let stranger = JobBlocklistEntry(workerID: job.id, taskType: "misc")
        try bench.farm.removeFromBlocklist(
            ofJob: job.id, [stranger, JobBlocklistEntry(workerID: bad, taskType: "ffmpeg")])
        #expect(try bench.farm.fetchBlocklist(ofJob: job.id) == [entry])
        try bench.farm.removeFromBlocklist(ofJob: job.id, [JobBlocklistEntry(workerID: bad, taskType: "misc")])
        #expect(try bench.farm.fetchBlocklist(ofJob: job.id).isEmpty)
        #expect(try bench.fetch(bad)?.name == "t3")
    }

    @Test("of no job, of no identity")
    func nothing() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        #expect(try bench.farm.fetchBlocklist(ofJob: worker).isEmpty)
        #expect(refusal { try bench.farm.removeFromBlocklist(ofJob: worker, []) } == .notFound)
        #expect(refusal { try bench.farm.removeFromBlocklist(ofJob: job.id, []) } == .badRequest)
        #expect(
            refusal {
                try bench.farm.removeFromBlocklist(
                    ofJob: job.id, [JobBlocklistEntry(workerID: "x", taskType: "misc")])
            } == .badRequest)
    }
}
