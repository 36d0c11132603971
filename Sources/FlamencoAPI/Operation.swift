/// Every operation of the manager's API: those of the contract, under its operation names, and those that testers and
/// submitters use besides. Client and server both take paths and methods from here.
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

    // MARK: Besides the contract
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
}

extension Operation {
    /// How an operation is reached: the method, and the path with `{names}` for its variable segments.
    public var route: Route {
        switch self {
        case .getVersion: Route("GET", "/api/version")
        case .registerWorker: Route("POST", "/api/worker/register-worker")
        case .signOn: Route("POST", "/api/worker/sign-on")
        case .signOff: Route("POST", "/api/worker/sign-off")
        case .workerState: Route("GET", "/api/worker/state")
        case .workerStateChanged: Route("POST", "/api/worker/state-changed")
        case .scheduleTask: Route("POST", "/api/worker/task")
        case .taskUpdate: Route("POST", "/api/worker/task/{task_id}")
        case .getJobTypes: Route("GET", "/api/jobs/types")
        case .submitJob: Route("POST", "/api/jobs")
        case .fetchJob: Route("GET", "/api/jobs/{job_id}")

        case .getJobType: Route("GET", "/api/jobs/type/{type_name}")
        case .submitJobCheck: Route("POST", "/api/jobs/check")
        case .queryJobs: Route("GET", "/api/jobs")
        case .deleteJob: Route("DELETE", "/api/jobs/{job_id}")
        case .setJobStatus: Route("POST", "/api/jobs/{job_id}/setstatus")
        case .setJobPriority: Route("POST", "/api/jobs/{job_id}/setpriority")
        case .fetchJobTasks: Route("GET", "/api/jobs/{job_id}/tasks")
        case .fetchTask: Route("GET", "/api/tasks/{task_id}")
        case .fetchTaskLogInfo: Route("GET", "/api/tasks/{task_id}/log")
        case .fetchTaskLog: Route("GET", "/api/tasks/{task_id}/log/text")
        case .fetchTaskLogTail: Route("GET", "/api/tasks/{task_id}/logtail")
        case .setTaskStatus: Route("POST", "/api/tasks/{task_id}/setstatus")
        case .fetchWorkers: Route("GET", "/api/worker-mgt/workers")
        case .fetchWorker: Route("GET", "/api/worker-mgt/workers/{worker_id}")
        case .deleteWorker: Route("DELETE", "/api/worker-mgt/workers/{worker_id}")
        case .requestWorkerStatusChange: Route("POST", "/api/worker-mgt/workers/{worker_id}/setstatus")
        case .getVariables: Route("GET", "/api/configuration/variables/{audience}/{platform}")
        case .getFarmStatus: Route("GET", "/api/status")
        }
    }

    /// Whether the caller has to be a worker with its credentials (contract: `worker_auth`).
    public var needsWorker: Bool {
        switch self {
        case .signOn, .signOff, .workerState, .workerStateChanged, .scheduleTask, .taskUpdate: true
        default: false
        }
    }
}
