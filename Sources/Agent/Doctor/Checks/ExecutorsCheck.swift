import ExecutorKit

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
