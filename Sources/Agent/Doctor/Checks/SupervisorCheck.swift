import ExecutorKit

/// Whether programs can be run at all: through the supervisor, with the limits, the user and the cgroup of the settings.
struct SupervisorCheck: DoctorCheck {
    let trial: ProgramTrial

    let name = "supervisor"

    func run() async -> DoctorFinding {
        do {
            var trial = trial
            // Whether the operator allows it is of no interest here.
            trial.programs = trial.programs.map { programs in
                var programs = programs
                programs.rules = OperatorRules()
                return programs
            }
            let outcome = try await trial.run(Program("true"))
            guard outcome.end == .exited(status: 0) else {
                return .failed(
                    "\(outcome.file) failed below it: \(outcome.end)",
                    "see whether the limits of the settings leave programs enough")
            }
            return .ok("runs programs")
        } catch is SupervisorMissing {
            return .failed(
                "task-supervisor is missing", "install it beside flamenco-agent, or in ../libexec/flamenco-agent")
        } catch {
            return .failed("\(error)", "mend that: no program of a task can be run")
        }
    }
}
