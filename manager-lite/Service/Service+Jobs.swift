import Dispatch
import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import JobTypes
import Synchronization

/// What people ask for about jobs (contract: tag `jobs`).
extension Service {
    func answerAboutJobs(_ request: ServiceRequest) throws(Refusal) -> HTTPResponse {
        let id = request.argument(0)
        switch request.operation {
        case .getJobTypes:
            return request.reply(look { $0.jobTypes.available(in: request.dialect) })
        case .getJobType:
            return try jobType(id, request)
        case .queryJobs:
            return request.reply(look { $0.fetchJobs() })
        case .searchJobs:
            let query = try request.body(JobsQuery.self)
            for status in query.statusIn ?? [] {
                try request.requireKnown(status, among: request.dialect.jobStatuses, field: "status_in")
            }
            for (name, count) in [("offset", query.offset), ("limit", query.limit)] where count ?? 0 < 0 {
                throw Refusal(400, "field “\(name)”: expected 0 or more, found \(count ?? 0)")
            }
            return request.reply(look { $0.fetchJobs(query) })
        case .fetchJob:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchJob(id) })
        case .deleteJob:
            try changing { (farm, now) throws(FarmError) in try farm.deleteJob(id, now: now) }
            images.withLock { $0.forget(job: id.lowercased()) }
        case .deleteJobMass:
            let time = try request.body(JobMassDeletion.self).lastUpdatedMax.date
            let gone = try changing { (farm, now) throws(FarmError) in
                try farm.deleteJobs(lastUpdatedBy: time, now: now)
            }
            images.withLock { images in gone.forEach { images.forget(job: $0) } }
        case .deleteJobWhatWouldItDo:
            _ = try looking { (farm) throws(FarmError) in try farm.fetchJob(id) }
            return request.reply(JobDeletionInfo(deletesShamanCheckout: false))
        case .setJobTag:
            let change = try request.body(JobTagChange.self)
            try changing { (farm, now) throws(FarmError) in try farm.setTag(ofJob: id, change, now: now) }
        case .setJobStatus:
            let status = try request.body(JobStatusChange.self)
            try request.requireKnown(status.status, among: request.dialect.jobStatuses, field: "status")
            try changing { (farm, now) throws(FarmError) in try farm.setStatus(ofJob: id, status, now: now) }
        case .setJobPriority:
            let priority = try request.body(JobPriorityChange.self).priority
            try changing { (farm, now) throws(FarmError) in try farm.setPriority(ofJob: id, to: priority, now: now) }
        case .fetchJobBlocklist:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchBlocklist(ofJob: id) })
        case .removeJobBlocklist:
            let entries = try request.body(JobBlocklist.self)
            try changing { (farm, _) throws(FarmError) in try farm.removeFromBlocklist(ofJob: id, entries) }
        default:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchTasks(ofJob: id) })
        }
        return JSONReply.nothing
    }

    /// Takes a job in, or says whether it would.
    func submit(_ request: ServiceRequest) async throws(Refusal) -> HTTPResponse {
        let job = try await compile(try request.submittedJob())
        if request.operation == .submitJobCheck {
            try looking { (farm) throws(FarmError) in try farm.check(job) }
            return JSONReply.nothing
        }
        return request.reply(
            try asking { () throws(FarmError) in
                try make { (farm, now, generator) throws(FarmError) in
                    try farm.submit(job, now: now, using: &generator)
                }
            })
    }

    /// How long a job type may take to make the tasks of a job.
    private static let compileTime = Duration.seconds(10)
    /// One job at a time is compiled, so that the memory for it is not needed more than once.
    private static let compiling = DispatchQueue(label: "compiling")

    /// Makes the tasks of a job while others may ask the farm.
    private func compile(_ job: SubmittedJob) async throws(Refusal) -> CompiledJob {
        let (farm, now) = (look { $0.withoutJobs }, now())
        let result = await withCheckedContinuation { continuation in
            Self.compiling.async {
                let end = ContinuousClock.now + Self.compileTime
                continuation.resume(
                    returning: Result { () throws(FarmError) in
                        try farm.compile(job, now: now, hasTime: { .now < end })
                    })
            }
        }
        return try asking { () throws(FarmError) in try result.get() }
    }

    private func jobType(_ name: String, _ request: ServiceRequest) throws(Refusal) -> HTTPResponse {
        let types = look { $0.jobTypes }
        do throws(UnknownJobType) {
            return request.reply(try types.jobType(named: name).available(in: request.dialect))
        } catch {
            throw Refusal(404, "\(error)")
        }
    }

    /// Looks at the farm; what it refuses becomes a refusal of the request.
    func looking<Answer>(_ body: (borrowing Farm) throws(FarmError) -> Answer) throws(Refusal) -> Answer {
        try asking { () throws(FarmError) in try look(body) }
    }
}
