public import FlamencoAPI
public import FoundationEssentials

extension ManagerClient {
    /// Which manager this is (contract: `getVersion`).
    public func version() async throws -> FlamencoVersion {
        try await Exchange(self, .getVersion).answer(status: [200]).value(
            FlamencoVersion.self, otherwise: "this does not look like a Flamenco manager")
    }

    /// Registers a new worker (contract: `registerWorker`). Each call makes one more, so do not repeat it blindly.
    public func register(_ registration: WorkerRegistration) async throws -> RegisteredWorker {
        try await Exchange(self, .registerWorker).answer(to: encode(registration), status: [200]).value(
            RegisteredWorker.self)
    }

    /// Signs a worker on; gives the state that the manager wants (contract: `signOn`).
    public func signOn(_ words: WorkerSignOn, as worker: WorkerCredentials) async throws -> WorkerStateChange {
        try await Exchange(self, .signOn, as: worker).answer(to: encode(words), status: [200]).value(
            WorkerStateChange.self)
    }

    /// Signs a worker off (contract: `signOff`).
    public func signOff(as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .signOff, as: worker).answer(status: [204])
    }

    /// The state that the manager wants; absent when it wants no change (contract: `workerState`).
    public func state(as worker: WorkerCredentials) async throws -> WorkerStatus? {
        let answer = try await Exchange(self, .workerState, as: worker).answer(status: [200, 204])
        return answer.status == 204 ? nil : try await answer.value(WorkerStateChange.self).statusRequested
    }

    /// Tells which state the worker entered (contract: `workerStateChanged`).
    public func stateChanged(_ change: WorkerStateChanged, as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .workerStateChanged, as: worker).answer(to: encode(change), status: [204])
    }

    /// Asks for a task (contract: `scheduleTask`).
    public func scheduleTask(as worker: WorkerCredentials) async throws -> ScheduledTask {
        let answer = try await Exchange(self, .scheduleTask, as: worker).answer(status: [200, 204, 409, 423])
        return switch answer.status {
        case 204: .none
        case 409: .notAwake
        case 423: .goTo(try await answer.value(WorkerStateChange.self).statusRequested)
        default: try await answer.task()
        }
    }

    /// Tells how a task goes on (contract: `taskUpdate`).
    ///
    /// - Parameter body: a `TaskUpdate` as JSON.
    public func updateTask(_ task: String, _ body: Data, as worker: WorkerCredentials) async throws -> UpdateReceipt {
        let answer = try await Exchange(self, .taskUpdate, [task], as: worker).answer(
            to: .json(body), status: [204, 409])
        return answer.status == 409 ? .notOurs : .accepted
    }

    /// Shows the manager what a task made (Flamenco 3: `taskOutputProduced`). One that has no room for it now answers 429,
    /// which is thrown as any other refusal.
    public func outputProduced(_ image: OutputImage, by task: String, as worker: WorkerCredentials) async throws {
        _ = try await Exchange(self, .taskOutputProduced, [task], as: worker).answer(
            to: RequestBody(contentType: image.format.rawValue, data: image.data), status: [202])
    }

    /// Asks whether a worker may go on with a task (Flamenco 3: `mayWorkerRun`); also shows the manager that it is alive.
    public func mayRun(_ task: String, as worker: WorkerCredentials) async throws -> TaskPermission {
        try await Exchange(self, .mayWorkerRun, [task], as: worker).answer(status: [200]).value(TaskPermission.self)
    }
}

/// A manager's answer to a worker that asks for a task (contract: `scheduleTask`).
public enum ScheduledTask: Hashable, Sendable {
    /// 200: run this.
    case task(AssignedTask)
    /// 200: a task that cannot be read, of which no more than the identity is known.
    case unreadable(AssignedTask, problem: String)
    /// 204: there is nothing to do.
    case none
    /// 409: the worker is not awake in the eyes of the manager.
    case notAwake
    /// 423: the worker has to go to this state.
    case goTo(WorkerStatus)
}

/// A manager's answer to an update of a task (contract: `taskUpdate`).
public enum UpdateReceipt: Hashable, Sendable {
    /// 204: the manager has it.
    case accepted
    /// 409: the task belongs to another worker now; nothing more about it is wanted.
    case notOurs
}

/// What a worker proves its identity with: HTTP Basic user and password.
public struct WorkerCredentials: Codable, Hashable, Sendable {
    /// The UUID that the manager gave the worker.
    public var workerID: String
    /// The secret that the worker made up and sent at registration.
    public var secret: String

    /// Credentials.
    public init(workerID: String, secret: String) {
        self.workerID = workerID
        self.secret = secret
    }

    private enum CodingKeys: String, CodingKey {
        case secret
        case workerID = "worker_id"
    }
}
