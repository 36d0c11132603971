import FlamencoAPI
import JobTypes
import Testing

@testable import Farm

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
                "field \"type_etag\": job type echo-sleep-test has changed since the job was made: expected \""
            ),
            (
                job { $0.storage = JobStorageInfo(shamanCheckoutID: "c") }, .badRequest,
                "field \"storage.shaman_checkout_id\": there is no checkout \"c\""
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

    @Test("what Flamenco takes is taken, with warnings in the activity of the job; strictly it is refused")
    func warnings() throws {
        var bench = FarmBench()
        let odd = Self.job {
            $0.name = ""
            $0.settings?["colour"] = "blue"
            $0.settings?["message"] = "{unknown}"
        }
        let job = try bench.farm.submit(odd, now: bench.now, using: &bench.dice)
        for words in ["setting \"colour\"", "the job has no name", "there is no variable \"unknown\""] {
            #expect(job.activity.contains("; warning: " + words), "\(job.activity)")
        }
        #expect(bench.farm.trail.events.last?.sentence == job.activity)
        bench.farm.rules.isStrict = true
        #expect(refusal { try bench.farm.check(try bench.farm.compile(odd, now: bench.now)) } == .badRequest)
        #expect(refusal { _ = try bench.farm.submit(odd, now: bench.now, using: &bench.dice) } == .badRequest)
        #expect(throws: Never.self) { try bench.farm.submit(Self.job(), now: bench.now, using: &bench.dice) }
    }

    @Test("the placeholder that the add-on asks with is no reason to refuse, not even strictly")
    func placeholder() throws {
        var bench = FarmBench()
        bench.farm.rules.isStrict = true
        let job = SubmittedJob(
            name: "shot", type: "simple-blender-render", typeETag: "",
            settings: [
                "frames": "1-5", "chunk_size": 2, "render_output_root": "/r", "add_path_components": 0,
                "render_output_path": "/r/{timestamp}/######", "blendfile": "dummy-for-job-check.blend", "fps": 25,
                "format": "PNG", "image_file_extension": ".png", "has_previews": false, "scene": "Scene",
            ], submitterPlatform: "linux")
        #expect(throws: Never.self) { try bench.farm.check(try bench.farm.compile(job, now: bench.now)) }
        #expect(refusal { _ = try bench.farm.submit(job, now: bench.now, using: &bench.dice) } == .badRequest)
    }

    @Test("workers of 2022 get all that Blender needs to run without a window, unless somebody said what it is")
    func blender2022() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        bench.farm.variables.set("what", to: "no matter")
        #expect(
            bench.farm.variables.forWorkers(of: .v2022).value(of: "blender", on: "linux")
                == "blender --background --factory-startup")
        #expect(bench.farm.variables.forWorkers(of: .v3).value(of: "blender", on: "linux") == "blender")
        bench.farm.variables.set("blender", to: "/opt/blender -b")
        #expect(bench.farm.variables.forWorkers(of: .v2022).value(of: "blender", on: "linux") == "/opt/blender -b")
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
