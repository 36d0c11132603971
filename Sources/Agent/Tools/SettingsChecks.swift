import ExecutorKit

/// Where the settings are from, which can be used when this is asked; else see ``BrokenSettingsCheck``.
struct SettingsCheck: DoctorCheck {
    static let name = "settings"
    let settings: Settings

    var name: String { Self.name }

    func run() async -> DoctorFinding {
        let places = settings.effective.map(\.source).filter { $0 != .builtIn }.map(\.description)
        let different = places.enumerated().filter { !places[..<$0.offset].contains($0.element) }.map(\.element)
        let words = "from \(different.joined(separator: ", "))"
        guard let first = settings.warnings.first else { return .ok(words) }
        return .warning(
            "\(words); \(first)", "give the place to root, and take the right to write from group and others")
    }
}

/// The settings cannot be used, so nothing else can be looked at.
package struct BrokenSettingsCheck: DoctorCheck {
    private let problem: String

    package init(_ problem: any ConfigurationProblem) { self.problem = problem.description }

    package var name: String { SettingsCheck.name }

    package func run() async -> DoctorFinding {
        .failed(problem, "mend that and call this again: all other checks need the settings")
    }
}

/// Whether all executors can be used, and those that the settings ask for are there.
struct ExecutorsCheck: DoctorCheck {
    let executors: AvailableExecutors
    let taskTypes: [String]?

    let name = "executors"

    func run() async -> DoctorFinding {
        let known = executors.registry.taskTypes
        if let unknown = taskTypes?.first(where: { !known.contains($0) }) {
            return .failed(
                "“task_types” has “\(unknown)”, which no executor runs",
                "there are \(known.joined(separator: ", ")); see “flamenco-agent executors”")
        }
        let words = "\(executors.registry.commandNames.count), for \((taskTypes ?? known).joined(separator: ", "))"
        guard let first = executors.problems.first else {
            guard let warning = executors.warnings.first else { return .ok(words) }
            return .warning(
                "\(words); \(warning)", "give the place to root, and take the right to write from group and others")
        }
        let more = executors.problems.count == 1 ? "" : ", and \(executors.problems.count - 1) more"
        return .warning("\(words); left out: \(first)\(more)", "mend that; “flamenco-agent executors” says all")
    }
}
