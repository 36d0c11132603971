import FlamencoAPI
import HumanText
import ManagerClient

/// A reference on a command line: an ID, its first characters, or a name if it is unique.
struct Reference {
    let text: String

    /// Fewer characters could be a typing error.
    private static let shortestBeginning = 4

    /// Whether the text is a complete ID.
    var isIdentity: Bool {
        text.wholeMatch(of: #/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/#) != nil
    }

    /// Returns the object that matches.
    ///
    /// - Parameter kind: the kind of objects: `job`.
    /// - Throws: ``ReferenceError`` if none or several match.
    func one<Thing>(
        of things: [Thing], kind: String, id: (Thing) -> String, name: (Thing) -> String, state: (Thing) -> String
    ) throws(ReferenceError) -> Thing {
        if let thing = things.first(where: { id($0).lowercased() == text.lowercased() }) { return thing }
        var found = things.filter { name($0) == text }
        if found.isEmpty, text.count >= Self.shortestBeginning {
            found = things.filter { id($0).lowercased().hasPrefix(text.lowercased()) }
        }
        guard let only = found.first else {
            let nearest = NearestName.to(text, among: Set(things.map(name)).sorted())
            throw ReferenceError(
                "there is no \(kind) \"\(text)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        guard found.count == 1 else {
            let beginnings = Set(found.map { id($0).beginning })
            let some = found.suffix(5).map { thing in
                "\(beginnings.count == found.count ? id(thing).beginning : id(thing)) (\(state(thing)))"
            }.joined(separator: ", ")
            throw ReferenceError(
                "\"\(text)\" matches \(found.count) \(kind)s: use the first characters of an ID, "
                    + "\(found.count > 5 ? "such as " : "")\(some)")
        }
        return only
    }
}

/// Why no single object matches.
struct ReferenceError: Error, CustomStringConvertible {
    /// One sentence without a full stop.
    let description: String

    init(_ description: String) { self.description = description }
}

extension String {
    /// The first characters of an ID, which are sufficient in practice.
    var beginning: String { String(prefix(8)) }
}

/// A job, or a task of one.
enum JobOrTask {
    case job(Job)
    case task(TaskSummary, of: Job)
}

extension ManagerClient {
    /// Returns all jobs, oldest first.
    func jobs() async throws -> [Job] {
        do {
            return try await send(.queryJobs, expecting: JobList.self).jobs.sorted { $0.created < $1.created }
        } catch let error as ManagerError where error.status == 404 || error.status == 405 {
            // For managers before Flamenco 3.9.
            return try await send(.searchJobs, body: JobsQuery(), expecting: JobList.self).jobs
                .sorted { $0.created < $1.created }
        }
    }

    /// Returns the tasks of a job, in order.
    func tasks(of job: String) async throws -> [TaskSummary] {
        try await send(.fetchJobTasks, job, expecting: JobTasksSummary.self).tasks
            .sorted { $0.indexInJob < $1.indexInJob }
    }

    /// Finds a job.
    func job(named text: String) async throws -> Job {
        try Self.job(named: text, among: try await jobs())
    }

    // Untyped throws, here and below: otherwise, Swift 6.3 crashes when it optimises the caller.
    private static func job(named text: String, among jobs: [Job]) throws -> Job {
        try Reference(text: text).one(
            of: jobs, kind: "job", id: \.id, name: \.submitted.name, state: { "\($0.status)" })
    }

    /// Finds a task: by itself, or in its job as in `JOB/TASK`.
    func task(named text: String) async throws -> (task: TaskSummary, job: Job) {
        let jobs = try await jobs()
        if let slash = text.lastIndex(of: "/"), let job = try? Self.job(named: String(text[..<slash]), among: jobs) {
            let task = try Self.task(
                named: String(text[text.index(after: slash)...]), among: try await tasks(of: job.id))
            return (task, job)
        }
        let reference = Reference(text: text)
        if reference.isIdentity {
            let details = try await send(.fetchTask, text, expecting: TaskDetails.self)
            guard let job = jobs.first(where: { $0.id == details.jobID }) else {
                throw ReferenceError("the job of task \(text) was deleted")
            }
            return (try Self.task(named: text, among: try await tasks(of: job.id)), job)
        }
        var all: [(task: TaskSummary, job: Job)] = []
        for job in jobs { all += try await tasks(of: job.id).map { ($0, job) } }
        return try reference.one(
            of: all, kind: "task", id: \.task.id, name: \.task.name,
            state: { "\($0.task.status), of job \($0.job.submitted.name)" })
    }

    private static func task(named text: String, among tasks: [TaskSummary]) throws -> TaskSummary {
        try Reference(text: text).one(of: tasks, kind: "task", id: \.id, name: \.name, state: { "\($0.status)" })
    }

    /// Finds a job or a task; a task must be given by its ID or with its job.
    func jobOrTask(named text: String) async throws -> JobOrTask {
        do {
            return .job(try await job(named: text))
        } catch let error as ReferenceError {
            guard text.contains("/") || Reference(text: text).isIdentity else { throw error }
            guard let (task, job) = try? await task(named: text) else { throw error }
            return .task(task, of: job)
        }
    }
}
