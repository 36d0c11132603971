import ExecutorKit
import FoundationEssentials

/// Checks whether the settings or a pause let the worker sleep now.
struct AvailabilityCheck: DoctorCheck {
    let settings: Settings
    let stateDirectory: String?
    var wallClock = WallClock.system

    let name = "work hours"

    func run() async -> DoctorFinding {
        let date = wallClock.now()
        if let stateDirectory {
            let file = PauseFile(stateDirectory: stateDirectory)
            let pause = try? await BlockingWork.run("look at \(file.path)", limit: ProgramTrial.limit) { _ in
                file.pause(at: date)
            }
            let schedule = NodeSchedule(pause: pause)
            if let reason = schedule.reasons(at: date, wallClock).first {
                return .warning(reason.text(wallClock), "run \"flamenco-agent resume\" to end it")
            }
        }
        guard let hours = settings.workHours else { return .notApplicable("\"work_hours\" is not set") }
        let change = hours.nextChange(after: date, wallClock).map { " until \(wallClock.text($0))" } ?? ""
        return .ok(
            "\(hours.text): the time is \(hours.contains(date, wallClock) ? "within" : "outside") these hours\(change)")
    }
}

/// Checks whether logind reports if the machine is in use, if the settings need that.
struct IdleCheck: DoctorCheck {
    let idleTime: Duration?
    let programs: Result<ProgramRunner, any Error>

    let name = "idle machine"

    func run() async -> DoctorFinding {
        guard let idleTime else { return .notApplicable("\"only_when_idle\" is not set") }
        guard let programs = try? programs.get() else { return .notApplicable("programs cannot be run") }
        switch await IdleHint(programs: programs).ask() {
        case .failed(let problem, _):
            return .failed(problem, "check that systemd-logind is running, or remove \"only_when_idle\"")
        case .idle(let time) where time >= idleTime: return .ok("this machine is idle")
        case .idle: return .ok("this machine is idle, but not for long enough yet")
        case .used, .unknown: return .ok("this machine is in use")
        }
    }
}
