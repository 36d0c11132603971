import FlamencoAPI
import ManagerClient

/// Whether the manager takes the credentials of this worker. It is asked which state it wants, which changes nothing.
struct CredentialsCheck: DoctorCheck {
    /// Where they are kept; absent when they are kept in memory.
    let file: CredentialsFile?
    let client: Result<ManagerClient, any Error>

    let name = "credentials"

    func run() async -> DoctorFinding {
        guard let file else { return .notApplicable("kept in memory: the worker registers at each start") }
        let stored: WorkerCredentials?
        do throws(CredentialsError) {
            stored = try file.load()
        } catch {
            return .failed(error.description, "mend the file, or call this as the user of the agent")
        }
        guard let stored else { return .notApplicable("none yet: the worker registers at its first start") }
        do {
            let secrets = KnownSecrets()
            secrets.add(stored)
            var client = try client.get()
            client.conceal = secrets.concealed
            _ = try await client.introduced().client.state(as: stored)
            return .ok("the manager knows worker \(stored.workerID)")
        } catch let error as ManagerError {
            guard case .unauthorised = error.reason else {
                return .notApplicable("worker \(stored.workerID); the manager does not say whether it knows it")
            }
            return .failed(
                "the manager refuses those of worker \(stored.workerID): \(error)",
                "nothing, where the worker was deleted: the agent registers anew; else see “manager_url”")
        } catch {
            return .notApplicable("worker \(stored.workerID); the manager cannot be asked")
        }
    }
}
