/// Every operation of the manager's API: those of the contract, under their operation names, and others used by testers
/// and submitters. Client and server both take paths and methods from here.
public enum Operation: String, CaseIterable, Hashable, Sendable {
    // MARK: Contract
    case getVersion
    case registerWorker
    case signOn
    case signOff
    case workerState
    case workerStateChanged
    case scheduleTask
    case taskUpdate
    case getJobTypes
    case submitJob
    case fetchJob

    // MARK: Other operations
    case getDocument
    case getJobType
    case submitJobCheck
    case queryJobs
    case deleteJob
    case setJobStatus
    case setJobPriority
    case fetchJobTasks
    case fetchTask
    case fetchTaskLogInfo
    case fetchTaskLog
    case fetchTaskLogTail
    case setTaskStatus
    case fetchWorkers
    case fetchWorker
    case deleteWorker
    case requestWorkerStatusChange
    case getVariables
    case getFarmStatus
    case mayWorkerRun
    case taskOutputProduced
    case fetchJobLastRenderedInfo
    case fetchGlobalLastRenderedInfo
    case fetchJobBlocklist
    case removeJobBlocklist
    case fetchWorkerTags
    case createWorkerTag
    case fetchWorkerTag
    case updateWorkerTag
    case deleteWorkerTag
    case setWorkerTags
    case setJobTag
    case fetchWorkerSleepSchedule
    case setWorkerSleepSchedule
    case deleteJobMass
    case deleteJobWhatWouldItDo
    case searchJobs
    case getConfiguration
    case getSharedStorage
}

extension Operation {
    /// Returns the method and the path of an operation, with `{names}` for its variable segments.
    public func route(in dialect: APIDialect) -> Route {
        let route = routeBelowRoot(in: dialect)
        return Route(route.method, dialect.root + route.template)
    }

    /// Whether a dialect has the operation.
    public func isPart(of dialect: APIDialect) -> Bool {
        switch self {
        case .mayWorkerRun: dialect.has(.taskPermission)
        case .taskOutputProduced, .fetchJobLastRenderedInfo, .fetchGlobalLastRenderedInfo: dialect.has(.previews)
        case .fetchWorkerTags, .createWorkerTag, .fetchWorkerTag, .updateWorkerTag, .deleteWorkerTag, .setWorkerTags,
            .setJobTag, .fetchWorkerSleepSchedule, .setWorkerSleepSchedule, .deleteJobMass, .deleteJobWhatWouldItDo,
            .searchJobs:
            dialect.has(.submission)
        default: true
        }
    }

    private func routeBelowRoot(in dialect: APIDialect) -> Route {
        switch self {
        case .getVersion: Route("GET", "/version")
        case .registerWorker: Route("POST", "/worker/register-worker")
        case .signOn: Route("POST", "/worker/sign-on")
        case .signOff: Route("POST", "/worker/sign-off")
        case .workerState: Route("GET", "/worker/state")
        case .workerStateChanged: Route("POST", "/worker/state-changed")
        case .scheduleTask: Route("POST", "/worker/task")
        case .taskUpdate: Route("POST", "/worker/task/{task_id}")
        case .getJobTypes: Route("GET", "/jobs/types")
        case .submitJob: Route("POST", "/jobs")
        case .fetchJob: Route("GET", "/jobs/{job_id}")

        case .getDocument: Route("GET", dialect.documentPath)
        case .getJobType: Route("GET", "/jobs/type/{type_name}")
        case .submitJobCheck: Route("POST", "/jobs/check")
        case .queryJobs: Route("GET", "/jobs")
        case .deleteJob: Route("DELETE", "/jobs/{job_id}")
        case .setJobStatus: Route("POST", "/jobs/{job_id}/setstatus")
        case .setJobPriority: Route("POST", "/jobs/{job_id}/setpriority")
        case .fetchJobTasks: Route("GET", "/jobs/{job_id}/tasks")
        case .fetchTask: Route("GET", "/tasks/{task_id}")
        case .fetchTaskLogInfo: Route("GET", "/tasks/{task_id}/log")
        case .fetchTaskLog: Route("GET", "/tasks/{task_id}/log/text")
        case .fetchTaskLogTail: Route("GET", "/tasks/{task_id}/logtail")
        case .setTaskStatus: Route("POST", "/tasks/{task_id}/setstatus")
        case .fetchWorkers: Route("GET", "/worker-mgt/workers")
        case .fetchWorker: Route("GET", "/worker-mgt/workers/{worker_id}")
        case .deleteWorker: Route("DELETE", "/worker-mgt/workers/{worker_id}")
        case .requestWorkerStatusChange: Route("POST", "/worker-mgt/workers/{worker_id}/setstatus")
        case .getVariables: Route("GET", "/configuration/variables/{audience}/{platform}")
        case .getFarmStatus: Route("GET", "/status")
        case .mayWorkerRun: Route("GET", "/worker/task/{task_id}/may-i-run")
        case .taskOutputProduced: Route("POST", "/worker/task/{task_id}/output-produced")
        case .fetchJobLastRenderedInfo: Route("GET", "/jobs/{job_id}/last-rendered")
        case .fetchGlobalLastRenderedInfo: Route("GET", "/jobs/last-rendered")
        case .fetchJobBlocklist: Route("GET", "/jobs/{job_id}/blocklist")
        case .removeJobBlocklist: Route("DELETE", "/jobs/{job_id}/blocklist")
        case .fetchWorkerTags: Route("GET", "/worker-mgt/tags")
        case .createWorkerTag: Route("POST", "/worker-mgt/tags")
        case .fetchWorkerTag: Route("GET", "/worker-mgt/tag/{tag_id}")
        case .updateWorkerTag: Route("PUT", "/worker-mgt/tag/{tag_id}")
        case .deleteWorkerTag: Route("DELETE", "/worker-mgt/tag/{tag_id}")
        case .setWorkerTags: Route("POST", "/worker-mgt/workers/{worker_id}/settags")
        case .setJobTag: Route("POST", "/jobs/{job_id}/settag")
        case .fetchWorkerSleepSchedule: Route("GET", "/worker-mgt/workers/{worker_id}/sleep-schedule")
        case .setWorkerSleepSchedule: Route("POST", "/worker-mgt/workers/{worker_id}/sleep-schedule")
        case .deleteJobMass: Route("DELETE", "/jobs/mass-delete")
        case .deleteJobWhatWouldItDo: Route("GET", "/jobs/{job_id}/what-would-delete-do")
        case .searchJobs: Route("POST", "/jobs/query")
        case .getConfiguration: Route("GET", "/configuration")
        case .getSharedStorage: Route("GET", "/configuration/shared-storage/{audience}/{platform}")
        }
    }

    /// Whether the caller must be a worker with its credentials (contract: `worker_auth`).
    public var needsWorker: Bool {
        switch self {
        case .signOn, .signOff, .workerState, .workerStateChanged, .scheduleTask, .taskUpdate, .mayWorkerRun,
            .taskOutputProduced:
            true
        default: false
        }
    }
}
