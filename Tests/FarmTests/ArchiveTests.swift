import Farm
import FlamencoAPI
import Foundation
import Testing

@Suite("A farm as bytes")
struct ArchiveTests {
    /// A farm with all that there can be on one.
    private static func bench() throws -> FarmBench {
        var bench = FarmBench([
            "planned": [
                blueprint("a", steps: 3), blueprint("b ü", type: "render", after: [0]), blueprint("c", after: [0, 1]),
            ]
        ])
        var farm = bench.farm
        let tag = try farm.createTag(WorkerTag(id: nil, name: "gpu", description: "fast"), using: &bench.dice)
        bench.farm = farm
        let worker = try bench.awake("w", types: ["misc", "render"])
        let other = try bench.awake("x")
        try bench.farm.setTags(ofWorker: worker, WorkerTagChange(tagIDs: [tag.id ?? ""]))
        try bench.farm.setSleepSchedule(
            ofWorker: worker,
            WorkerSleepSchedule(isActive: true, daysOfWeek: "mo", startTime: "09:00", endTime: "10:00"), now: bench.now)
        try bench.farm.requestState(
            ofWorker: other, WorkerStatusChangeRequest(status: .asleep, isLazy: true), now: bench.now)
        try bench.submit("planned")
        try bench.submit(
            "command-line", settings: ["commands": [["echo", "1"], ["echo", "\"2\""]], "name": "n"])
        let task = try #require(try bench.fetch(worker))
        try bench.report(worker, task.uuid, .failed, log: "lost\n")
        _ = try bench.fetch(worker)
        return bench
    }

    @Test("is the same when it is read again")
    func same() throws {
        let farm = try Self.bench().farm
        let bytes = try farm.archive()
        let again = try #require(Farm(archive: bytes))
        #expect(again == farm)
        #expect(try again.archive().count == bytes.count)
    }

    @Test("that are not whole are no farm, wherever they end")
    func cut() throws {
        let bytes = try Self.bench().farm.archive()
        for count in [0, 1] + stride(from: 2, to: bytes.count, by: 13) + [bytes.count - 1] {
            #expect(Farm(archive: bytes.prefix(count)) == nil, "\(count)")
        }
        #expect(Farm(archive: bytes + Data([0])) == nil)
    }

    @Test("that were changed are read or refused, and never harm", arguments: 1...20)
    func changed(seed: UInt64) throws {
        let bytes = try Self.bench().farm.archive()
        var dice = Dice(seed)
        for _ in 0..<20 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &dice) {
                changed[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            guard var farm = Farm(archive: changed) else { continue }
            // Whatever it is, it can be worked with.
            _ = farm.sweep(now: Date(timeIntervalSince1970: 1_700_001_000))
            #expect(farm.fetchJobs().jobs.count <= 2)
        }
    }
}
