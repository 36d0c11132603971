import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer

/// Requests of workers (contract: tag `worker`).
extension Service {
    func register(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        let registration = try request.body(WorkerRegistration.self)
        let address = request.http.remoteAddress
        return request.reply(
            try asking { () throws(FarmError) in
                try make { (farm, now, generator) throws(FarmError) in
                    try farm.register(registration, address: address, now: now, using: &generator)
                }
            })
    }

    func answerWorker(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        let (user, password) = try request.credentials()
        let worker = try asking { () throws(FarmError) in
            try look { (farm) throws(FarmError) in try farm.authenticate(worker: user, secret: password) }
        }
        switch request.operation {
        case .signOn:
            let words = try request.body(WorkerSignOn.self)
            return request.reply(
                try changing { (farm, now) throws(FarmError) in try farm.signOn(worker: worker, words, now: now) })
        case .signOff:
            try changing { (farm, now) throws(FarmError) in try farm.signOff(worker: worker, now: now) }
            return JSONReply.nothing
        case .workerState:
            let change = try changing { (farm, now) throws(FarmError) in
                try farm.requestedState(ofWorker: worker, now: now)
            }
            return change.map { request.reply($0) } ?? JSONReply.nothing
        case .workerStateChanged:
            let status = try request.body(WorkerStateChanged.self).status
            try request.requireKnown(status, among: request.dialect.workerStatuses, field: "status")
            try changing { (farm, now) throws(FarmError) in
                try farm.stateChanged(ofWorker: worker, to: status, now: now)
            }
            return JSONReply.nothing
        case .scheduleTask:
            return reply(
                request,
                to: try changing { (farm, now) throws(FarmError) in
                    try farm.scheduleTask(for: worker, in: request.dialect, now: now)
                })
        case .mayWorkerRun:
            return request.reply(
                try changing { (farm, now) throws(FarmError) in
                    try farm.mayRun(task: request.argument(0), worker: worker, now: now)
                })
        case .taskOutputProduced:
            return try takeOutput(request, from: worker)
        default:
            let update = try request.body(TaskUpdate.self)
            if let status = update.taskStatus {
                try request.requireKnown(status, among: request.dialect.taskStatuses, field: "taskStatus")
            }
            try changing { (farm, now) throws(FarmError) in
                try farm.update(task: request.argument(0), from: worker, update, now: now)
            }
            return JSONReply.nothing
        }
    }

    private func reply(_ request: ServiceRequest, to assignment: Assignment) -> HTTPResponse {
        switch assignment {
        case .task(var task):
            task.status = request.dialect.assignedStatus
            return request.reply(task)
        case .nothing:
            return JSONReply.nothing
        case .notAwake(let status):
            return JSONReply.error(409, "the worker is \(status); only awake workers get tasks")
        case .stateChangeRequested(let change):
            return request.reply(change, status: 423)
        }
    }

    /// Changes the farm; its error becomes the answer to the request.
    func changing<Answer>(
        _ body: (inout Farm, Date) throws(FarmError) -> Answer
    ) throws(ServiceError) -> Answer {
        try asking { () throws(FarmError) in try change(body) }
    }
}

/// Requests of users about workers.
extension Service {
    func answerAboutWorkers(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
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

    func answerAboutTags(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
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
