import ManagerClient

/// Checks whether the accepted manager still answers at its URL, and which others answer on the networks.
struct AcceptedManagerCheck: DoctorCheck {
    let file: AcceptedManagerFile
    let finder: ManagerFinder
    /// How long to search for managers.
    var time = ManagerFinder.usualTime

    let name = "accepted manager"

    func run() async -> DoctorFinding {
        let accepted: AcceptedManager?
        do throws(AcceptedManagerError) {
            accepted = try file.load()
        } catch {
            return .failed(error.description, "accept the manager again: \(file.trustCommand)")
        }
        do {
            async let found = finder.find(within: time)
            guard let accepted else { return Self.finding(nobodyAccepted: try await found.managers, file.trustCommand) }
            let now = try await finder.manager(at: ManagerURL(accepted.url))
            return Self.finding(accepted, now, others: try await found.managers.filter { !$0.isAt(accepted.url) }, file)
        } catch {
            return .failed("\(error)", "check that this machine has a network and may send to 239.255.255.250")
        }
    }

    private static func finding(nobodyAccepted managers: [DiscoveredManager], _ trustCommand: String) -> DoctorFinding {
        .failed("none; \(names(managers, else: false))", "accept one: \(trustCommand)")
    }

    private static func finding(
        _ accepted: AcceptedManager, _ now: DiscoveredManager, others: [DiscoveredManager], _ file: AcceptedManagerFile
    ) -> DoctorFinding {
        let words = "\(accepted.url), accepted on \(accepted.acceptedAt)"
        guard now.isManager else {
            return .failed(
                "\(words), \(now.problem ?? ""); \(names(others, else: true))",
                others.isEmpty
                    ? "check that the manager is running"
                    : "to use one of them instead: \(file.trustCommand) URL")
        }
        let rest = names(others, else: true)
        if let name = now.name, name != accepted.name {
            return .warning(
                "\(words), was \(accepted.name) \(accepted.version) and is now \(now.description); \(rest)",
                "check that it is the same manager, and accept it again: \(file.trustCommand) \(accepted.url)")
        }
        return .ok("\(words); \(rest)")
    }

    private static func names(_ managers: [DiscoveredManager], else isElse: Bool) -> String {
        let words = isElse ? "no other manager answers" : "no manager answers"
        if managers.isEmpty { return words + " on the networks of this machine" }
        return managers.map(\.description).joined(separator: " and ")
            + (isElse ? " also answer" : " answer") + (managers.count == 1 ? "s" : "")
    }
}
