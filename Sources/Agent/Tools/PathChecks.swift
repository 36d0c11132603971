import ExecutorKit
import FoundationEssentials
import HumanText
import System

/// Checks whether the folders in `allowed_paths` exist and are writable.
struct AllowedPathsCheck: DoctorCheck {
    let paths: [String]?
    /// The user of programs, whose access rights are checked; if nil, the caller's.
    var user: ProgramUser?

    let name = "allowed paths"

    func run() async -> DoctorFinding {
        guard let paths else { return .notApplicable("\"allowed_paths\" is not set: commands may use all folders") }
        for path in paths {
            // On a separate thread, because a network file system may never respond.
            let problem = try? await BlockingWork.run { [user] _ in Self.problem(of: path, for: user) }
            if let problem { return problem }
        }
        return .ok(paths.joined(separator: ", ") + "; paths in the arguments of programs are not covered")
    }

    /// Returns what is wrong with a path; nil if nothing. Must be called on a thread that ends afterwards.
    private static func problem(of path: String, for user: ProgramUser?) -> DoctorFinding? {
        let rights = MachineCheck(user: user)
        rights.takeOnUser()
        let status: FileStatus
        do throws(SystemError) {
            status = try FileStatus(of: path)
        } catch {
            return .failed("\(path): \(error)", "mount it, or remove it from \"allowed_paths\"")
        }
        do throws(SystemError) {
            try rights.requireAccess(path, R_OK | W_OK)
        } catch {
            return .failed("\(path): \(error)", "make it writable for \(user?.name ?? "the agent's user")")
        }
        // If storage is not mounted, its mount point is an empty folder on the system disk.
        guard status.kind == .folder, (try? FileStatus(of: "/"))?.device == status.device,
            (try? Directory.names(in: path))?.isEmpty == true
        else { return nil }
        return .warning(
            "\(path) is empty, and on the system disk", "check whether storage should be mounted there")
    }
}

/// Checks the requirements for requesting tasks.
struct RequiredPathsCheck: DoctorCheck {
    let machine: MachineCheck
    let clock: any Clock<Duration>

    let name = "required paths"

    func run() async -> DoctorFinding {
        guard let watch = MachineWatch(machine, clock: clock) else {
            return .notApplicable(
                "neither \"required_paths\" nor \"min_free_space\" is set")
        }
        let problems = await watch.problems()
        guard problems.isEmpty else {
            return .failed(
                problems.map(\.description).joined(separator: "; "),
                "fix this, or change \"required_paths\" and \"min_free_space\": the agent accepts no tasks until then")
        }
        return .ok(
            (machine.paths.map(\.description) + (machine.minimumFree.map { ["\(ByteCountText.text($0)) free"] } ?? []))
                .joined(separator: ", "))
    }
}
