import ExecutorKit
import FlamencoAPI
import FoundationEssentials
import HumanText
import ManagerClient

/// Checks whether a Flamenco Manager answers, and which one.
struct ManagerCheck: DoctorCheck {
    let client: Result<ManagerClient, any Error>
    let api: APIName

    let name = "manager"

    func run() async -> DoctorFinding {
        do {
            let client = try client.get()
            let met = try await client.introduced()
            let words =
                "\(met.version.name) \(met.version.version) at \(client.url), API \(met.client.dialect.rawValue)"
            if let wanted = api.dialect, wanted != met.client.dialect {
                var client = client
                client.dialect = wanted
                guard (try? await client.version()) != nil else {
                    return .failed(
                        "\(words), but \"api\" is \"\(wanted.rawValue)\"", "remove \"api\", or set it to \"auto\"")
                }
            }
            guard client.url.isPlain, !client.url.isLoopback else { return .ok(words) }
            return .warning(
                "\(words), unencrypted", "use https unless the network is trusted")
        } catch let error as ManagerError {
            return .failed(error.description, Self.advice(error))
        } catch let error as AcceptedManagerError {
            return .failed(error.description, "do that, or set \"manager_url\" to the URL of the Flamenco Manager")
        } catch {
            return .failed("\(error)", "set \"manager_url\" to the URL of the Flamenco Manager")
        }
    }

    private static func advice(_ error: ManagerError) -> String {
        switch error.reason {
        case .unreachable:
            "check that the manager is running, and that \"manager_url\", name resolution and firewalls are right"
        case .busy: "check the manager, or the proxy in front of it; the agent keeps retrying"
        case .brokenReply, .unauthorised, .rejected: "check that \"manager_url\" is the URL of a Flamenco Manager"
        }
    }
}

/// Checks whether the manager accepts the credentials of this worker. It only queries the requested state, which
/// changes nothing.
struct CredentialsCheck: DoctorCheck {
    /// Where they are stored; nil if only in memory.
    let file: CredentialsFile?
    let client: Result<ManagerClient, any Error>

    let name = "credentials"

    func run() async -> DoctorFinding {
        guard let file else { return .notApplicable("kept in memory: the worker registers anew at every start") }
        let stored: WorkerCredentials?
        do throws(CredentialsError) {
            stored = try file.load()
        } catch {
            return .failed(error.description, "fix the file, or run this as the agent's user")
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
                return .notApplicable(
                    "worker \(stored.workerID); the manager does not report whether it knows this worker")
            }
            return .failed(
                "the manager rejects the credentials of worker \(stored.workerID): \(error)",
                "nothing, if the worker was deleted: the agent registers anew; otherwise check \"manager_url\"")
        } catch {
            return .notApplicable("worker \(stored.workerID); the manager does not answer")
        }
    }
}

/// Checks whether the clocks of this machine and the manager agree: otherwise, the times of files on shared storage and
/// of logs are confusing, and certificates may be considered invalid.
struct ClockCheck: DoctorCheck {
    let client: Result<ManagerClient, any Error>
    let clock: any Clock<Duration>
    var now: @Sendable () -> Date = { Date() }

    let name = "clock"

    /// A larger difference is reported.
    static let tolerance = 30.0

    func run() async -> DoctorFinding {
        do {
            let elapsed = clock.stopwatch()
            let before = now()
            guard let theirs = try await client.get().introduced().client.time() else {
                return .notApplicable("the manager does not report its time")
            }
            // The answer was created somewhere in between, and is accurate to the second.
            let middle = before.addingTimeInterval(elapsed().seconds / 2)
            let difference = middle.timeIntervalSince(theirs)
            guard abs(difference) > Self.tolerance else {
                return .ok("within \(Int(Self.tolerance)) s of the manager's")
            }
            let span = DurationText.text(.seconds(abs(difference).rounded()))
            return .warning(
                "\(span) \(difference > 0 ? "ahead of" : "behind") the manager's",
                "synchronise both clocks with NTP (timedatectl set-ntp true)")
        } catch {
            return .notApplicable("the manager does not answer")
        }
    }
}
