import FlamencoAPI
import ManagerClient

/// Whether there is a Flamenco Manager, and which.
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
                        "\(words), but the setting “api” says \(wanted.rawValue)", "leave out “api”, or say “auto”")
                }
            }
            guard client.url.isPlain, !client.url.isLoopback else { return .ok(words) }
            return .warning(
                "\(words), unencrypted", "use https where strangers may read what goes over the network")
        } catch let error as ManagerError {
            return .failed(error.description, Self.advice(error))
        } catch {
            return .failed("\(error)", "set “manager_url” to the URL of the Flamenco Manager")
        }
    }

    private static func advice(_ error: ManagerError) -> String {
        switch error.reason {
        case .unreachable:
            "see whether the manager runs, and whether “manager_url”, name service and firewalls are right"
        case .busy: "see how the manager is, or the proxy before it; an agent goes on asking"
        case .brokenReply, .unauthorised, .rejected: "see whether “manager_url” leads to a Flamenco Manager"
        }
    }
}
