package import FlamencoAPI
package import FoundationEssentials
import JobTypes

/// A job that was compiled to tasks, ready to be added to a farm.
package struct CompiledJob: Sendable {
    fileprivate let submitted: SubmittedJob
    fileprivate let blueprints: [TaskBlueprint]
    /// Warnings about it, which do not prevent it from being run.
    fileprivate let warnings: [String]
}

/// Submission of jobs.
extension Farm {
    /// A farm with the same rules and nothing else: what is needed to compile jobs.
    package var withoutJobs: Farm { Farm(jobTypes: jobTypes, rules: rules, variables: variables) }

    /// Submits a job (contract: `submitJob`). Its settings are stored as submitted, with defaults for the others, and
    /// with two-way variables instead of the paths that they stand for.
    ///
    /// - Throws: ``FarmError`` with the problem of the job: a bad request; precondition failed, if it was made for
    ///   another version of its type.
    package mutating func submit(
        _ submitted: SubmittedJob, now: Date, using generator: inout some RandomNumberGenerator
    ) throws(FarmError) -> Job {
        try submit(try compile(submitted, now: now), now: now, using: &generator)
    }

    /// Submits a job that is already compiled.
    package mutating func submit(
        _ job: CompiledJob, now: Date, using generator: inout some RandomNumberGenerator
    ) throws(FarmError) -> Job {
        let (submitted, blueprints, warnings) = (job.submitted, job.blueprints, job.warnings)
        if rules.isStrict, let warning = warnings.first { throw FarmError(.badRequest, warning) }
        if let tag = submitted.workerTag, !tag.isEmpty { _ = try self.tag(tag, .badRequest) }
        let id = Identity.random(using: &generator)
        var tasks = TaskArray()
        for blueprint in blueprints {
            tasks.append(
                TaskRecord(blueprint, id: Identity(using: &generator), after: tasks.last, now: now))
        }
        let record = JobRecord(id: id, number: nextJobNumber, submitted: submitted, tasks: tasks, now: now)
        nextJobNumber += 1
        jobs[record.number] = record
        index(record)
        self.record(
            .job(id), record.status.spelling,
            "job \(submitted.name) was submitted: \(submitted.type), \(tasks.count) task\(tasks.count == 1 ? "" : "s"), "
                + "priority \(submitted.priority)" + warnings.map { "; warning: \($0)" }.joined(), now)
        return try fetchJob(id)
    }

    /// Throws the errors of ``submit(_:now:using:)`` for a compiled job (Flamenco 3: `submitJobCheck`), except for the
    /// path of the blend file: submitters check before they know it.
    package func check(_ job: CompiledJob) throws(FarmError) {
        if rules.isStrict, let warning = job.warnings.first(where: { !$0.hasPrefix("setting \"blendfile\"") }) {
            throw FarmError(.badRequest, warning)
        }
    }

    /// Compiles a job to tasks. This takes time, and needs only the rules, so use a copy of the farm (``withoutJobs``)
    /// rather than one that others wait for.
    ///
    /// - Parameter hasTime: returns whether there is time left.
    /// - Throws: ``FarmError`` with the problem of the job (Flamenco 3: `submitJobCheck`).
    package func compile(
        _ submitted: SubmittedJob, now: Date, hasTime: @escaping @Sendable () -> Bool = { true }
    ) throws(FarmError) -> CompiledJob {
        try checkFields(of: submitted)
        var submitted = collapsed(submitted)
        do {
            let jobType = try jobTypes.jobType(named: submitted.type)
            try Self.require(version: jobType.etag, of: submitted)
            let settings = CheckedSettings(submitted.settings ?? [:], for: jobType)
            var limits = TaskList.Limits(tasks: rules.tasksPerJob)
            limits.hasTime = hasTime
            let tasks = try jobType.compile(settings, submittedAt: now, limits: limits)
            guard !tasks.isEmpty else {
                throw FarmError(
                    .badRequest, "the job has \(tasks.count) tasks; the limit is \(rules.tasksPerJob), and at least 1")
            }
            submitted.settings = jobType.kept(settings, submittedAt: now)
            submitted.metadata = submitted.metadata ?? [:]
            var warnings = (settings.warnings + jobType.warnings(settings)).map(\.description)
            if !submitted.name.contains(where: { !$0.isWhitespace }) { warnings.append("the job has no name") }
            if submitted.submitterPlatform == "" {
                warnings.append("the job does not specify the platform of its paths")
            }
            warnings += variables.unknownNames(in: tasks.lazy.flatMap(\.commands)).map {
                "there is no variable \"\($0)\": {\($0)} is left unchanged"
            }
            return CompiledJob(submitted: submitted, blueprints: tasks, warnings: warnings)
        } catch let error as FarmError {
            throw error
        } catch {
            throw FarmError(.badRequest, "\(error)")
        }
    }

    /// Returns a job with two-way variables instead of the paths that they stand for.
    package func collapsed(_ submitted: SubmittedJob) -> SubmittedJob {
        guard let platform = submitted.submitterPlatform else { return submitted }
        var submitted = submitted
        submitted.settings = submitted.settings?.mapValues { variables.collapse($0, from: platform) }
        submitted.metadata = submitted.metadata?.mapValues { variables.collapse($0, from: platform) }
        return submitted
    }

    /// Throws a precondition failed unless a job is for this version of its type, or for any.
    package static func require(version: String, of submitted: SubmittedJob) throws(FarmError) {
        guard let etag = submitted.typeETag, !etag.isEmpty, etag != version else { return }
        throw FarmError(
            .preconditionFailed,
            "field \"type_etag\": job type \(submitted.type) has changed since the job was made: expected "
                + "\"\(version)\", found \"\(etag)\"; fetch the job types again")
    }

    /// Checks the fields that do not depend on the type of the job.
    private func checkFields(of submitted: SubmittedJob) throws(FarmError) {
        func refuse(_ field: String, _ problem: String) throws(FarmError) {
            throw FarmError(.badRequest, "field \"\(field)\": \(problem)")
        }
        if let checkout = submitted.storage?.shamanCheckoutID, !checkout.isEmpty {
            try refuse(
                "storage.shaman_checkout_id",
                "there is no checkout \"\(checkout)\": this manager has no Shaman storage, only a shared folder")
        }
    }
}
