/// Whether the system lets the agent and its programs have enough open files and processes.
struct LimitsCheck: DoctorCheck {
    var openFiles = ResourceLimit.openFiles
    var processes = ResourceLimit.processes

    let name = "limits"

    /// Scenes have hundreds of textures and caches open at a time.
    private static let enoughFiles = 1024
    /// Threads count: a renderer has one or two for each core.
    private static let enoughProcesses = 1024

    func run() async -> DoctorFinding {
        let words =
            "\(openFiles.map(String.init) ?? "any number of") open files, "
            + "\(processes.map(String.init) ?? "any number of") processes"
        if let openFiles, openFiles < Self.enoughFiles {
            return .warning(words, "raise the limit of open files (ulimit -n, LimitNOFILE= in a unit of systemd)")
        }
        if let processes, processes < Self.enoughProcesses {
            return .warning(words, "raise the limit of processes (ulimit -u, LimitNPROC= in a unit of systemd)")
        }
        return .ok(words)
    }
}
