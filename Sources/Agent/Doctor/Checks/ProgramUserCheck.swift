import ExecutorKit

/// Whether programs can run as the user of the settings.
struct ProgramUserCheck: DoctorCheck {
    let user: String?

    let name = "run as user"

    func run() async -> DoctorFinding {
        do throws(SettingsError) {
            guard let user = try ProgramUser(runAsUser: user) else {
                return .notApplicable(
                    "“run_as_user” is not set: programs and work on files run as the user of the agent")
            }
            return .ok("\(user.name), id \(user.id), for programs, commands on files, patterns and previews")
        } catch {
            return .failed(error.description, "make the user, run the agent as root, or leave out “run_as_user”")
        }
    }
}
