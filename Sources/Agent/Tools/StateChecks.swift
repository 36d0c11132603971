import ExecutorKit
import FileWork
import FoundationEssentials
import HumanText
import Spool
import System

/// Checks the state directory of the agent, its free space, and which agent uses it.
struct StateDirectoryCheck: DoctorCheck {
    let path: String
    /// Whether root runs the check instead of the agent's user, who cannot switch to the user of programs outside the
    /// unit.
    var isForRoot = false

    let name = "state folder"

    /// With less, logs may soon not fit.
    private static let comfortable = 1 << 30

    func run() async -> DoctorFinding {
        do {
            return try await BlockingWork.run { _ in look() }
        } catch {
            return .failed("\(path): \(error)", "choose another folder with \"state_dir\"")
        }
    }

    private func look() -> DoctorFinding {
        let status: FileStatus
        do throws(SystemError) { status = try FileStatus(of: path) } catch { return Self.missing(path, error) }
        guard status.kind == .folder else {
            return .failed("\(path) is not a folder", "choose another with \"state_dir\"")
        }
        let owner = SystemUser.name(of: status.owner) ?? "user \(status.owner)"
        let files = SpoolFiles()
        let free: Int
        do throws(FileError) {
            try files.probe("\(path)/doctor-probe")
            free = try files.freeBytes(at: path)
        } catch {
            let help = status.owner == geteuid() ? "" : "; it belongs to \(owner): run this as that user"
            return .failed(error.description, "make it writable for the agent's user\(help)")
        }
        let words = "\(path), \(ByteCountText.text(free)) free" + Self.agent(path)
        if free < SpoolLimits().freeSpace {
            return .failed(
                words,
                "free up space: the agent accepts no tasks with less than \(ByteCountText.text(SpoolLimits().freeSpace))"
            )
        }
        if status.owner != geteuid(), !(isForRoot && geteuid() == 0) {
            return .warning(
                "\(words); it belongs to \(owner)", "run this as the agent's user: \"sudo -u \(owner)\"")
        }
        if status.permissions & 0o077 != 0 {
            return .warning("\(words); other users can read it", "chmod 700 \(path)")
        }
        if free < Self.comfortable {
            return .warning(words, "free up space, or lower \"spool_limit\" and \"kept_size\"")
        }
        return .ok(words)
    }

    private static func agent(_ path: String) -> String {
        if let status = try? StatusQuestion(stateDirectory: path).ask() {
            return "; in use by the running agent, process \(status.pid), \(status.state.rawValue)"
        }
        guard let pid = StateDirectory.holder(of: path) else { return "" }
        return "; in use by process \(pid)"
    }

    /// It will be created at the first start, if possible.
    private static func missing(_ path: String, _ error: SystemError) -> DoctorFinding {
        guard error.isMissing else {
            return .failed(
                "cannot look at \(path): \(error)",
                "run this as the agent's user, or choose another folder with \"state_dir\"")
        }
        let above = FilePath.nearestExisting(to: path)
        guard FileSystem.canAccess(above, W_OK) else {
            return .failed(
                "\(path) does not exist, and cannot be created in \(above)",
                "create it for the agent's user, or choose another with \"state_dir\"")
        }
        return .ok("\(path) will be created at the first start")
    }
}

/// Checks whether an ephemeral agent can have its state among the temporary files, with enough space.
struct TemporaryFolderCheck: DoctorCheck {
    let folder: String

    let name = "state folder"

    func run() async -> DoctorFinding {
        let advice = "set TMPDIR to a folder that the agent's user can write to"
        do {
            return try await BlockingWork.run { [folder] _ in
                let state = try StateDirectory.temporary(in: folder)
                defer { state.remove() }
                let free = try SpoolFiles().freeBytes(at: state.path)
                let words = "a temporary one in \(folder), \(ByteCountText.text(free)) free"
                return free < SpoolLimits().freeSpace ? .failed(words, "free up space in \(folder)") : .ok(words)
            }
        } catch {
            return .failed("\(error)", advice)
        }
    }
}
