import ExecutorKit
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether programs can get cgroups of their own below that of the settings (cgroups(7), “Delegation”).
struct ControlGroupCheck: DoctorCheck {
    let path: String?
    /// Whether memory is to be limited.
    let needsMemory: Bool

    let name = "cgroup"

    func run() async -> DoctorFinding {
        guard let path else { return .notApplicable("“cgroup” is not set: memory cannot be limited") }
        guard let processes = Self.words(in: "\(path)/cgroup.procs") else {
            return .failed(
                "\(path) is no cgroup", "set “cgroup” to one of cgroup v2, below /sys/fs/cgroup as a rule")
        }
        guard access(path, W_OK) == 0, access("\(path)/cgroup.procs", W_OK) == 0 else {
            return .failed(
                "\(path) cannot be written", "delegate it to the agent's user (Delegate=yes in a unit of systemd)")
        }
        let controllers = Self.words(in: "\(path)/cgroup.subtree_control") ?? []
        if needsMemory, !controllers.contains("memory") {
            return .failed(
                "\(path) does not let memory be limited below it",
                processes.isEmpty
                    ? "echo +memory > \(path)/cgroup.subtree_control"
                    : "move its processes to a group below it first, then echo +memory > \(path)/cgroup.subtree_control"
            )
        }
        return .ok("\(path), with \(controllers.isEmpty ? "no controllers" : controllers.joined(separator: ", "))")
    }

    private static func words(in file: String) -> [String]? {
        FileManager.default.contents(atPath: file).map {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}
