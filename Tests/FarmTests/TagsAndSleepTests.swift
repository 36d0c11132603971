import FlamencoAPI
import FoundationEssentials
import Testing

@testable import Farm

@Suite("Tags and sleep schedules")
struct TagsAndSleepTests {
    @Test("a job with a tag is for workers that have it, a job without for all")
    func tags() throws {
        var bench = FarmBench(["job": [blueprint("a")], "tagged": [blueprint("b")]])
        let tag = try #require(try bench.farm.createTag(WorkerTag(name: "GPU"), using: &bench.dice).id)
        let job = try bench.submit("tagged")
        try bench.farm.setTag(ofJob: job.id, JobTagChange(workerTag: tag), now: bench.now)
        try bench.submit("job")
        let plain = try bench.awake("plain")
        let fast = try bench.awake("fast")
        try bench.farm.setTags(ofWorker: fast, WorkerTagChange(tagIDs: [tag]))
        #expect(try bench.farm.fetchWorker(fast).tags.map(\.name) == ["GPU"])
        #expect(try bench.fetch(plain)?.name == "a")
        #expect(try bench.fetch(fast)?.name == "b")
    }

    @Test("nobody but workers with the tag could try a task again")
    func retry() throws {
        var bench = FarmBench(["tagged": [blueprint("b")]])
        let tag = try #require(try bench.farm.createTag(WorkerTag(name: "GPU"), using: &bench.dice).id)
        let job = try bench.submit("tagged")
        try bench.farm.setTag(ofJob: job.id, JobTagChange(workerTag: tag), now: bench.now)
        let fast = try bench.awake("fast")
        _ = try bench.awake("plain")
        try bench.farm.setTags(ofWorker: fast, WorkerTagChange(tagIDs: [tag]))
        try bench.report(fast, try #require(try bench.fetch(fast)).uuid, .failed)
        #expect(try bench.status(job) == .failed)
    }

    @Test("a tag that is forgotten leaves its jobs to all; one that is not there cannot be had")
    func forgotten() throws {
        var bench = FarmBench(["tagged": [blueprint("b")]])
        let tag = try #require(try bench.farm.createTag(WorkerTag(name: "GPU"), using: &bench.dice).id)
        #expect(refusal { _ = try bench.farm.createTag(WorkerTag(name: "GPU"), using: &bench.dice) } == .conflict)
        let job = try bench.submit("tagged")
        try bench.farm.setTag(ofJob: job.id, JobTagChange(workerTag: tag), now: bench.now)
        let worker = try bench.awake()
        #expect(try bench.fetch(worker) == nil)
        try bench.farm.deleteTag(tag)
        #expect(try bench.fetch(worker)?.name == "b")
        #expect(refusal { _ = try bench.farm.fetchTag(tag) } == .notFound)
        #expect(refusal { try bench.farm.setTags(ofWorker: worker, WorkerTagChange(tagIDs: [tag])) } == .badRequest)
    }

    private static let night = WorkerSleepSchedule(
        isActive: true, daysOfWeek: "tu", startTime: "22:00", endTime: "06:00")

    @Test("a worker is asked to sleep and to wake by its schedule, each time once")
    func schedule() throws {
        // Tuesday, 14 November 2023, 22:13:20 UTC.
        var bench = FarmBench()
        bench.farm.rules.timeZone = .gmt
        bench.farm.rules.workerTimeout = 1e9
        let worker = try bench.awake()
        try bench.farm.setSleepSchedule(ofWorker: worker, Self.night, now: bench.now)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .asleep)
        try bench.farm.stateChanged(ofWorker: worker, to: .asleep, now: bench.now)
        // Somebody wakes it all the same.
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        try bench.farm.stateChanged(ofWorker: worker, to: .asleep, now: bench.now)
        bench.wait(8 * 3600)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .awake)
    }

    @Test(
        "a sleep over midnight belongs to the day on which it began",
        arguments: [
            // From Tuesday, 22:13:20.
            (0.0, true), (-0.5, false), (7.7, true), (7.9, false), (-24, false), (24, false),
        ])
    func overMidnight(hours: Double, sleeps: Bool) throws {
        let times = try #require(SleepTimes(Self.night))
        #expect(times.contains(Date(timeIntervalSince1970: 1_700_000_000 + hours * 3600), in: .gmt) == sleeps)
    }

    @Test(
        "a schedule that makes no sense, or is not active, is kept and not obeyed",
        arguments: [
            WorkerSleepSchedule(isActive: true, daysOfWeek: "xx", startTime: "00:00", endTime: "24:00"),
            WorkerSleepSchedule(isActive: true, daysOfWeek: "", startTime: "25:00", endTime: "18:00"),
            WorkerSleepSchedule(isActive: false, daysOfWeek: "", startTime: "00:00", endTime: "24:00"),
        ])
    func nonsense(schedule: WorkerSleepSchedule) throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        try bench.farm.setSleepSchedule(ofWorker: worker, schedule, now: bench.now)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        #expect(try bench.farm.fetchSleepSchedule(ofWorker: worker) == schedule)
    }
}
