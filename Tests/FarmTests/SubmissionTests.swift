import Farm
import FlamencoAPI
import JobTypes
import Testing

@Suite("Jobs as Flamenco 3 submits them")
struct SubmissionTests {
    private static func job(_ change: (inout SubmittedJob) -> Void = { _ in }) -> SubmittedJob {
        var job = SubmittedJob(
            name: "n", type: "echo-sleep-test", settings: ["message": "hi"], submitterPlatform: "linux")
        change(&job)
        return job
    }

    @Test(
        "what this manager does not have is refused, and leaves no trace",
        arguments: [
            (
                job { $0.typeETag = "older" }, FarmError.Status.preconditionFailed,
                "field “type_etag”: job type echo-sleep-test is another one than the job was made for: expected “"
            ),
            (
                job { $0.workerTag = "gpu" }, .badRequest,
                "field “worker_tag”: there is no tag “gpu”: this manager has no worker tags"
            ),
            (
                job { $0.storage = JobStorageInfo(shamanCheckoutID: "c") }, .badRequest,
                "field “storage.shaman_checkout_id”: there is no checkout “c”"
            ),
            (
                job { $0.submitterPlatform = "" }, .badRequest,
                "field “submitter_platform”: expected an operating system, as in “linux”, found an empty string"
            ),
        ])
    func refused(job: SubmittedJob, status: FarmError.Status, words: String) {
        var bench = FarmBench()
        let before = bench.farm
        let error = #expect(throws: FarmError.self) {
            try bench.farm.submit(job, now: bench.now, using: &bench.dice)
        }
        #expect(error?.status == status)
        #expect(error?.description.hasPrefix(words) == true, "\(String(describing: error))")
        let checkError = #expect(throws: FarmError.self) { try bench.farm.compile(job, now: bench.now) }
        #expect(checkError == error)
        #expect(bench.farm == before)
    }

    @Test("what it has, and empty fields, are taken")
    func taken() throws {
        var bench = FarmBench()
        let etag = try bench.farm.jobTypes.jobType(named: "echo-sleep-test").etag
        let job = try bench.farm.submit(
            Self.job {
                $0.typeETag = etag
                $0.workerTag = ""
                $0.storage = JobStorageInfo(shamanCheckoutID: "")
                $0.initialStatus = .queued
                $0.submitterPlatform = "manager"
            }, now: bench.now, using: &bench.dice)
        #expect(job.status == .queued)
        #expect(job.activity == "job n was submitted: echo-sleep-test, 2 tasks, priority 50")
    }

    @Test("a job that begins paused waits until it is resumed")
    func paused() throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        let job = try bench.farm.submit(
            Self.job { $0.initialStatus = .paused }, now: bench.now, using: &bench.dice)
        #expect(job.status == .paused)
        #expect(try bench.statuses(job) == [.queued, .queued])
        #expect(try bench.fetch(worker) == nil)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .queued, reason: "now"), now: bench.now)
        #expect(try bench.farm.fetchJob(job.id).activity == "job n is queued: now")
        #expect(try bench.fetch(worker)?.name == "echo")
    }
}
