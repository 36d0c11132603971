import ExecutorKit
import FoundationEssentials
import HumanText
import System

/// Checks whether programs can get their own cgroups with these settings (cgroups(7), "Delegation").
struct ControlGroupCheck: DoctorCheck {
    let choice: ControlGroupChoice
    /// Whether the settings limit memory.
    let needsMemory: Bool
    /// The state directory of a running agent to ask; nil if there is no default.
    let stateDirectory: String?

    let name = "cgroup"

    func run() async -> DoctorFinding {
        switch choice {
        case .off: .notApplicable("\"cgroup\" is \"off\": memory cannot be limited")
        case .path(let path): finding(about: ControlGroupFiles(path: path))
        case .automatic: await runningAgent() ?? finding(beforeStart: Result { try OwnControlGroup.find() })
        }
    }

    private func finding(about group: ControlGroupFiles) -> DoctorFinding {
        let path = group.path
        guard let processes = group.processes else {
            return .failed(
                "\(path) is not a cgroup", "set \"cgroup\" to a cgroup v2, usually below /sys/fs/cgroup")
        }
        guard group.isWritable else {
            return .failed(
                "\(path) cannot be written", "delegate it to the agent's user (Delegate=yes in a systemd unit)")
        }
        let controllers = group.controllersBelow
        if needsMemory, !controllers.contains("memory") {
            return .failed(
                "\(path) does not enable the memory controller for cgroups below it",
                processes.isEmpty
                    ? "echo +memory > \(path)/cgroup.subtree_control"
                    : "move its processes to a group below it first, then echo +memory > \(path)/cgroup.subtree_control"
            )
        }
        return .ok("\(path), with \(controllers.isEmpty ? "no controllers" : controllers.joined(separator: ", "))")
    }

    /// Returns the result for a running agent; delegation can only be determined from inside its cgroup.
    private func runningAgent() async -> DoctorFinding? {
        guard let stateDirectory else { return nil }
        let status = try? await BlockingWork.run { _ in try StatusQuestion(stateDirectory: stateDirectory).ask() }
        return status.map { status in
            status.cgroup.map { .ok("\($0), of the running agent") }
                ?? .notApplicable("the running agent has none of its own: memory cannot be limited")
        }
    }

    private func finding(beforeStart own: Result<OwnControlGroup, any Error>) -> DoctorFinding {
        switch own {
        case .success:
            let rule = "the agent uses its own cgroup if it is delegated, with Delegate=yes in a systemd unit"
            return needsMemory
                ? .warning(rule, "start the agent in such a unit: elsewhere \"memory_limit\" prevents its start")
                : .notApplicable(rule)
        case .failure(let error):
            let reason = (error as? OwnControlGroup.AbsenceError)?.reason ?? "\(error)"
            return needsMemory
                ? .failed(
                    "\(reason), and \"memory_limit\" needs one", "boot with cgroup v2, or remove \"memory_limit\"")
                : .notApplicable("\(reason): memory cannot be limited")
        }
    }
}

/// Checks whether the system allows the agent and its programs enough open files and processes.
struct LimitsCheck: DoctorCheck {
    var openFiles = ResourceLimit.openFiles
    var processes = ResourceLimit.processes

    let name = "limits"

    /// Scenes may have hundreds of textures and caches open at a time.
    private static let enoughFiles = 1024
    /// Threads count: a renderer has one or two for each core.
    private static let enoughProcesses = 1024

    func run() async -> DoctorFinding {
        let words =
            "\(openFiles.map(String.init) ?? "any number of") open files, "
            + "\(processes.map(String.init) ?? "any number of") processes"
        if let openFiles, openFiles < Self.enoughFiles {
            return .warning(words, "raise the limit of open files (ulimit -n, LimitNOFILE= in a systemd unit)")
        }
        if let processes, processes < Self.enoughProcesses {
            return .warning(words, "raise the limit of processes (ulimit -u, LimitNPROC= in a systemd unit)")
        }
        return .ok(words)
    }
}

/// Whether programs may look into the agent.
struct DebuggingCheck: DoctorCheck {
    let isAllowed: Bool

    let name = "debugging"

    func run() async -> DoctorFinding {
        isAllowed
            ? .warning(
                "\"debug_dumpable\" is set: programs of the agent's user can read its memory, and the secret in it",
                "remove the setting when the support case is closed")
            : .ok("programs cannot read the agent's memory or environment, unless they run as root")
    }
}

/// Checks the share of the machine that programs may use.
struct MachineShareCheck: DoctorCheck {
    let cpus: ProcessorChoice?
    let memoryLimit: MemoryAmount?
    var available = ProcessorChoice.available

    let name = "share"

    func run() async -> DoctorFinding {
        var words: [String] = []
        do throws(SettingsError) {
            if let cpus {
                let numbers = try cpus.processors(of: available)
                words.append(
                    numbers.count == 1 ? "processor \(numbers[0])" : "processors \(NumberRanges.text(numbers))")
            }
        } catch {
            return .failed(error.description, "list some of these, or set a number")
        }
        if let memoryLimit { words.append("\(ByteCountText.text(memoryLimit.bytes)) of memory") }
        if words.isEmpty {
            return .notApplicable("neither \"cpus\" nor \"memory_limit\" is set: programs may use all there is")
        }
        if case .count(let count) = cpus, count > available.count {
            return .warning(
                "\(words.joined(separator: ", ")), all there are: \"cpus\" is \(count)",
                "set it to \(available.count) at most, or remove it")
        }
        return .ok(words.joined(separator: ", "))
    }
}

/// Checks whether programs can run as the user in the settings.
struct ProgramUserCheck: DoctorCheck {
    let user: String?

    let name = "run as user"

    /// Whether `/proc` hides the processes of other users (man 5 proc).
    private static var hidesProcesses: Bool {
        let table = (try? String(contentsOfFile: MountTable.file, encoding: .utf8)) ?? ""
        return table.split(separator: "\n").contains { line in
            line.contains(" - proc ") && line.contains("hidepid=") && !line.contains("hidepid=0")
                && !line.contains("hidepid=off")
        }
    }

    func run() async -> DoctorFinding {
        do throws(SettingsError) {
            guard let user = try ProgramUser(renderUser: user) else {
                return .notApplicable(
                    "\"run_as_user\" is not set: programs and file operations run as the agent's user")
            }
            let words = "\(user.name), id \(user.id), for programs, file operations, patterns and previews"
            guard user.id != geteuid(), Self.hidesProcesses else { return .ok(words) }
            return .warning(
                "\(words); /proc is mounted with hidepid, so the agent cannot see the processes of its programs",
                "mount /proc without hidepid")
        } catch {
            return .failed(
                error.description,
                "run this as root, \"sudo flamenco-agent doctor\"; if that reports the same, create the user, or change it "
                    + "with \"flamenco-agent setup --render-user\"")
        }
    }
}

/// The open files that an agent needs for itself: for its log and its spool, for the manager, for status and metrics,
/// and for one program at a time.
package enum OpenFiles {
    /// With fewer, parts of Swift's runtime terminate the process without a message.
    package static let needed = 64

    /// Raises the limit of this process to the needed number, if allowed; otherwise returns a sentence.
    package static func raise() -> String? {
        if ResourceLimit.raiseOpenFiles(to: needed) { return nil }
        return "expected a limit of at least \(needed) open files, found \(ResourceLimit.openFiles ?? 0): raise it "
            + "(ulimit -n, LimitNOFILE= in a systemd unit)"
    }
}
