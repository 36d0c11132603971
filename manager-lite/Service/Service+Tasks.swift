import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer

/// What people ask for about tasks.
extension Service {
    /// How many bytes the end of a log has.
    private static let tailSize = 2048

    func answerAboutTasks(_ request: ServiceRequest) throws(Refusal) -> HTTPResponse {
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
            // The log itself: each reader is sent the same pieces.
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
