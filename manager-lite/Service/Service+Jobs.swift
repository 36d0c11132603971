import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization

/// Requests of users about jobs (contract: tag `jobs`).
extension Service {
    func answerAboutJobs(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        let id = request.argument(0)
        switch request.operation {
        case .queryJobs:
            return request.reply(look { $0.fetchJobs() })
        case .searchJobs:
            let query = try request.body(JobsQuery.self)
            for status in query.statusIn ?? [] {
                try request.requireKnown(status, among: request.dialect.jobStatuses, field: "status_in")
            }
            for (name, count) in [("offset", query.offset), ("limit", query.limit)] where count ?? 0 < 0 {
                throw ServiceError(400, "field \"\(name)\": expected 0 or more, found \(count ?? 0)")
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

    /// Reads the farm; its error becomes the answer to the request.
    func looking<Answer>(_ body: (borrowing Farm) throws(FarmError) -> Answer) throws(ServiceError) -> Answer {
        try asking { () throws(FarmError) in try look(body) }
    }
}

/// Requests of users about tasks.
extension Service {
    /// The size of the end of a log in bytes.
    private static let tailSize = 2048

    func answerAboutTasks(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        let id = request.argument(0)
        switch request.operation {
        case .fetchTask:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchTask(id) })
        case .setTaskStatus:
            let status = try request.body(TaskStatusChange.self)
            try request.requireKnown(status.status, among: request.dialect.taskStatuses, field: "status")
            try changing { (farm, now) throws(FarmError) in try farm.setStatus(ofTask: id, status, now: now) }
            return JSONReply.nothing
        default:
            break
        }
        let (log, job) = try looking { (farm) throws(FarmError) in try farm.fetchLog(ofTask: id) }
        switch request.operation {
        case .fetchTaskLogInfo where log.isEmpty:
            return JSONReply.nothing
        case .fetchTaskLogInfo:
            return request.reply(
                TaskLogInfo(
                    taskID: id, jobID: job, size: log.size,
                    url: FlamencoAPI.Operation.fetchTaskLog.route(in: request.dialect).path(id)))
        case .fetchTaskLogTail:
            return Self.text([log.tail(bytes: Self.tailSize)])
        default:
            // The pieces of the log are shared by all answers.
            return Self.text(log.pieces)
        }
    }

    private static func text(_ pieces: [String]) -> HTTPResponse {
        let isEmpty = pieces.allSatisfy(\.isEmpty)
        var response = HTTPResponse(
            status: isEmpty ? 204 : 200, headers: ["Content-Type": "text/plain; charset=utf-8"])
        response.text = pieces
        return response
    }
}
