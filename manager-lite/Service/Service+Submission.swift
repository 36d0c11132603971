import Dispatch
import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import JobTypes

/// Job types, and the submission of jobs.
extension Service {
    func answerAboutJobTypes(_ request: ServiceRequest) async throws(ServiceError) -> HTTPResponse {
        if request.operation == .getJobTypes {
            return request.reply(AvailableJobTypes(jobTypes: await available(in: request.dialect)))
        }
        let name = request.argument(0)
        if let script = try await script(named: name) { return request.reply(script.definition) }
        do throws(UnknownJobTypeError) {
            return request.reply(try look { $0.jobTypes }.jobType(named: name).available(in: request.dialect))
        } catch {
            throw ServiceError(404, "\(await knowing(error))")
        }
    }

    /// Returns the job types: those in the folder take precedence over built-in ones.
    private func available(in dialect: APIDialect) async -> [AvailableJobType] {
        let builtin = look { $0.jobTypes }.available(in: dialect).jobTypes
        guard let jobTypes else { return builtin }
        let scripts = await jobTypes.all().compactMap { try? $0.get().definition }
        let names = Set(scripts.map(\.name))
        return (builtin.filter { !names.contains($0.name) } + scripts).sorted { $0.name < $1.name }
    }

    /// Returns the job type of this name in the folder; nil if there is none.
    private func script(named name: String) async throws(ServiceError) -> JobTypeScript? {
        do throws(JobTypeScriptError) {
            return try await jobTypes?.jobType(named: name)
        } catch {
            throw ServiceError(400, "job type \"\(name)\" cannot be used: \(error)")
        }
    }

    /// Returns the error with all existing names.
    private func knowing(_ error: UnknownJobTypeError) async -> UnknownJobTypeError {
        UnknownJobTypeError(name: error.name, known: await available(in: .v3).map(\.name))
    }

    // MARK: Submission

    /// Parameters of commands may be as deep as in scripts, and are nested deeper in a job.
    private static let authoredDepth = WireJSON.wireDepth + 32

    /// Submits a job, or only checks it.
    func submit(_ request: ServiceRequest) async throws(ServiceError) -> HTTPResponse {
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

    /// The time limit for compiling a job.
    private static let compileTime = Duration.seconds(10)
    /// Jobs are compiled one at a time, so that the memory for it is needed only once.
    private static let compiling = DispatchQueue(label: "compiling")

    /// Compiles the tasks of a job while other requests may use the farm.
    private func compile(_ job: SubmittedJob) async throws(ServiceError) -> CompiledJob {
        let now = now()
        var (farm, job) = (look { $0.withoutJobs }, job)
        if let authored = try await authored(farm.collapsed(job), at: now) {
            job = authored.submitted
            farm.jobTypes = JobTypeRegistry([authored])
        } else if jobTypes != nil, case .failure(let error) = farm.jobTypes.find(job.type) {
            throw ServiceError(400, "\(await knowing(error))")
        }
        let result = await withCheckedContinuation { [farm, job] continuation in
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

    /// Returns the job as compiled by a script, concurrently with jobs of other types; nil if its type has no script. A
    /// replayed request gets the original result.
    private func authored(_ job: SubmittedJob, at time: Date) async throws(ServiceError) -> AuthoredJob? {
        let record = RequestRecord.current
        if let record, !record.isNew {
            return record.authored.flatMap {
                try? WireJSON.decode(AuthoredJob.self, from: $0, depth: Self.authoredDepth)
            }
        }
        guard let script = try await script(named: job.type), let jobTypes else { return nil }
        try asking { () throws(FarmError) in try Farm.require(version: script.definition.etag, of: job) }
        do throws(JobTypeScriptError) {
            let authored = try await jobTypes.author(job, by: script, submittedAt: time)
            if isJournalled { record?.authored = try? WireJSON.encode(authored) }
            return authored
        } catch {
            throw ServiceError(400, "job type \"\(script.name)\": \(error)")
        }
    }
}
