public import FlamencoAPI

extension ManagerClient {
    /// Returns the name and version of the manager (contract: `getVersion`).
    public func version() async throws -> FlamencoVersion {
        try await Exchange(self, .getVersion).answer(status: [200]).value(
            FlamencoVersion.self, otherwise: "this does not look like a Flamenco manager")
    }

    /// Registers a new worker (contract: `registerWorker`). Each call registers another one, so do not repeat it
    /// blindly.
    public func register(_ registration: WorkerRegistration) async throws -> RegisteredWorker {
        try await Exchange(self, .registerWorker).answer(to: encode(registration), status: [200]).value(
            RegisteredWorker.self)
    }

    /// Signs a worker on; returns the state that the manager requests (contract: `signOn`).
    public func signOn(_ words: WorkerSignOn, as worker: WorkerCredentials) async throws -> WorkerStateChange {
        try await Exchange(self, .signOn, as: worker).answer(to: encode(words), status: [200]).value(
            WorkerStateChange.self)
    }

    /// Signs a worker off (contract: `signOff`).
    public func signOff(as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .signOff, as: worker).answer(status: [204])
    }

    /// Returns the state that the manager requests; nil if it requests no change (contract: `workerState`).
    public func state(as worker: WorkerCredentials) async throws -> WorkerStatus? {
        let answer = try await Exchange(self, .workerState, as: worker).answer(status: [200, 204])
        return answer.status == 204 ? nil : try await answer.value(WorkerStateChange.self).statusRequested
    }

    /// Reports the state that the worker entered (contract: `workerStateChanged`).
    public func stateChanged(_ change: WorkerStateChanged, as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .workerStateChanged, as: worker).answer(to: encode(change), status: [204])
    }

    /// Requests a task (contract: `scheduleTask`).
    public func scheduleTask(as worker: WorkerCredentials) async throws -> ScheduledTask {
        let answer = try await Exchange(self, .scheduleTask, as: worker).answer(status: [200, 204, 409, 423])
        return switch answer.status {
        case 204: .none
        case 409: .notAwake
        case 423: .goTo(try await answer.value(WorkerStateChange.self).statusRequested)
        default: try await answer.task()
        }
    }

    /// Sends an update of a task (contract: `taskUpdate`).
    public func updateTask(
        _ task: String, _ update: TaskUpdateText, as worker: WorkerCredentials
    ) async throws -> UpdateReceipt {
        let answer = try await Exchange(self, .taskUpdate, [task], as: worker).answer(
            to: .json(.update(update)), status: [204, 409])
        return answer.status == 409 ? .notOurs : .accepted
    }

    /// Uploads an image that a task produced (Flamenco 3: `taskOutputProduced`). A manager that has no capacity for it
    /// answers 429, which is thrown like any other rejection.
    public func outputProduced(_ image: OutputImage, by task: String, as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .taskOutputProduced, [task], as: worker).answer(
            to: RequestBody(contentType: image.format.rawValue, content: .data(image.data)), status: [202])
    }

    /// Asks whether a worker may continue a task (Flamenco 3: `mayWorkerRun`); also shows the manager that it is alive.
    public func mayRun(_ task: String, as worker: WorkerCredentials) async throws -> TaskPermission {
        try await Exchange(self, .mayWorkerRun, [task], as: worker).answer(status: [200]).value(TaskPermission.self)
    }
}

/// The manager's answer to a task request (contract: `scheduleTask`).
public enum ScheduledTask: Hashable, Sendable {
    /// 200: the task to run.
    case task(AssignedTask)
    /// 200: a task that cannot be decoded, except for its ID.
    case unreadable(AssignedTask, problem: String)
    /// 204: there is no task.
    case none
    /// 409: the manager does not consider the worker awake.
    case notAwake
    /// 423: the worker has to change to this state.
    case goTo(WorkerStatus)
}

/// The manager's answer to a task update (contract: `taskUpdate`).
public enum UpdateReceipt: Hashable, Sendable {
    /// 204: the manager has it.
    case accepted
    /// 409: the task now belongs to another worker; no more updates are accepted.
    case notOurs
}

/// The credentials of a worker: HTTP Basic user and password.
public struct WorkerCredentials: Codable, Hashable, Sendable {
    /// The UUID that the manager assigned to the worker.
    public var workerID: String
    /// The secret that the worker generated and sent at registration.
    public var secret: String

    /// Creates credentials.
    public init(workerID: String, secret: String) {
        self.workerID = workerID
        self.secret = secret
    }

    private enum CodingKeys: String, CodingKey {
        case secret
        case workerID = "worker_id"
    }
}
