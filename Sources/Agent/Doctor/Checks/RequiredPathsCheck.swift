import FoundationEssentials
import Wording

/// Whether everything is there without which no task is taken.
struct RequiredPathsCheck: DoctorCheck {
    let machine: MachineCheck
    let clock: any Clock<Duration>

    let name = "required paths"

    func run() async -> DoctorFinding {
        guard let watch = MachineWatch(machine, clock: clock) else {
            return .notApplicable(
                "neither “required_paths” nor “min_free_space” is set: tasks are taken whatever is there")
        }
        let problems = await watch.problems()
        guard problems.isEmpty else {
            return .failed(
                problems.map(\.description).joined(separator: "; "),
                "mend it, or change “required_paths” and “min_free_space”: no task is taken until then")
        }
        return .ok(
            (machine.paths.map(\.description) + (machine.minimumFree.map { ["\(ByteCountText.words($0)) free"] } ?? []))
                .joined(separator: ", "))
    }
}
