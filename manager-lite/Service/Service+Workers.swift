import Farm
import FlamencoAPI
import HTTPServer

/// What people ask for about workers.
extension Service {
    func answerAboutWorkers(_ request: ServiceRequest) throws(Refusal) -> HTTPResponse {
        let id = request.argument(0)
        switch request.operation {
        case .fetchWorkers:
            return request.reply(look { $0.fetchWorkers() })
        case .fetchWorker:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchWorker(id) })
        case .fetchWorkerTags:
            return request.reply(WorkerTagList())
        case .deleteWorker:
            try changing { (farm, now) throws(FarmError) in try farm.deleteWorker(id, now: now) }
        default:
            let wish = try request.body(WorkerStatusChangeRequest.self)
            try request.requireKnown(wish.status, among: request.dialect.workerStatuses, field: "status")
            try changing { (farm, now) throws(FarmError) in try farm.requestState(ofWorker: id, wish, now: now) }
        }
        return JSONReply.nothing
    }
}
