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
        case .setWorkerTags:
            let change = try request.body(WorkerTagChange.self)
            try changing { (farm, _) throws(FarmError) in try farm.setTags(ofWorker: id, change) }
        case .fetchWorkerSleepSchedule:
            let schedule = try looking { (farm) throws(FarmError) in try farm.fetchSleepSchedule(ofWorker: id) }
            return schedule.map { request.reply($0) } ?? JSONReply.nothing
        case .setWorkerSleepSchedule:
            let schedule = try request.body(WorkerSleepSchedule.self)
            try changing { (farm, now) throws(FarmError) in
                try farm.setSleepSchedule(ofWorker: id, schedule, now: now)
            }
        case .deleteWorker:
            try changing { (farm, now) throws(FarmError) in try farm.deleteWorker(id, now: now) }
        default:
            let wish = try request.body(WorkerStatusChangeRequest.self)
            try request.requireKnown(wish.status, among: request.dialect.workerStatuses, field: "status")
            try changing { (farm, now) throws(FarmError) in try farm.requestState(ofWorker: id, wish, now: now) }
        }
        return JSONReply.nothing
    }

    func answerAboutTags(_ request: ServiceRequest) throws(Refusal) -> HTTPResponse {
        let id = request.argument(0)
        switch request.operation {
        case .fetchWorkerTags:
            return request.reply(look { $0.fetchTags() })
        case .fetchWorkerTag:
            return request.reply(try looking { (farm) throws(FarmError) in try farm.fetchTag(id) })
        case .createWorkerTag:
            let tag = try request.body(WorkerTag.self)
            return request.reply(
                try asking { () throws(FarmError) in
                    try make { (farm, _, generator) throws(FarmError) in try farm.createTag(tag, using: &generator) }
                })
        case .updateWorkerTag:
            let tag = try request.body(WorkerTag.self)
            try changing { (farm, _) throws(FarmError) in try farm.updateTag(id, tag) }
        default:
            try changing { (farm, _) throws(FarmError) in try farm.deleteTag(id) }
        }
        return JSONReply.nothing
    }
}
