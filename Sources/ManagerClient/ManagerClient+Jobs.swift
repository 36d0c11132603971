public import FlamencoAPI

extension ManagerClient {
    /// Returns the job types of the manager (contract: `getJobTypes`).
    public func jobTypes() async throws -> AvailableJobTypes {
        try await Exchange(self, .getJobTypes).answer(status: [200]).value(AvailableJobTypes.self)
    }

    /// Submits a job (contract: `submitJob`).
    public func submit(_ job: SubmittedJob) async throws -> Job {
        try await Exchange(self, .submitJob).answer(to: encode(job), status: [200]).value(Job.self)
    }

    /// Returns a job (contract: `fetchJob`).
    public func job(_ id: String) async throws -> Job {
        try await Exchange(self, .fetchJob, [id]).answer(status: [200]).value(Job.self)
    }
}
