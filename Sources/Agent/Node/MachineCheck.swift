import ExecutorKit
import FileWork
import FoundationEssentials
import Spool
import System

/// What a machine must have before a task is requested.
package struct MachineCheck: Sendable {
    /// The required paths.
    var paths: [RequiredPath]
    /// How many bytes must be free …
    var minimumFree: Int?
    /// … on the disks of these folders.
    var folders: [String]
    /// The user that programs run as, whose access rights are checked; if nil, the agent's user.
    var user: ProgramUser?

    init(paths: [RequiredPath] = [], minimumFree: Int? = nil, folders: [String] = [], user: ProgramUser? = nil) {
        self.paths = paths
        self.minimumFree = minimumFree
        self.folders = folders
        self.user = user
    }

    /// Creates the check from the settings.
    ///
    /// - Parameters:
    ///   - stateFolder: where the agent writes, and where programs start that run as the agent's user.
    ///   - programs: how programs run; nil if they cannot.
    init(_ settings: Settings, stateFolder: String, programs: ProgramDefaults?) {
        let home = settings.renderUser == nil ? nil : programs?.workingDirectory
        self.init(
            paths: settings.requiredPaths, minimumFree: settings.minFreeSpace,
            folders: [stateFolder] + (home.map { [$0] } ?? []), user: programs?.user)
    }

    /// Whether there is nothing to check.
    var isEmpty: Bool { paths.isEmpty && minimumFree == nil }

    /// Checks everything; blocks, on a dead network mount without end.
    ///
    /// Must be called on a thread that ends afterwards: it takes on the user's access rights.
    ///
    /// - Parameter looking: receives the path that is checked next.
    func run(looking: (_ path: String) -> Void) -> [MachineProblem] {
        var space: [MachineProblem] = []
        if let minimumFree {
            space = folders.compactMap { folder in
                looking(folder)
                return problem(withSpaceOf: folder, minimum: minimumFree)
            }
        }
        takeOnUser()
        return space
            + paths.compactMap { path in
                looking(path.path)
                return problem(with: path)
            }
    }

    // MARK: Room

    private func problem(withSpaceOf folder: String, minimum: Int) -> MachineProblem? {
        do throws(FileError) {
            let free = try SpoolFiles().freeBytes(at: folder)
            return free < minimum ? .littleSpace(folder, free: free, minimum: minimum) : nil
        } catch {
            return error.isAbsence ? .missing(folder) : .unusable(folder, reason: error.problem)
        }
    }

    // MARK: Paths

    private func problem(with required: RequiredPath) -> MachineProblem? {
        let path = required.path
        let status: FileStatus
        // Accessing an automount point mounts it, so the mount table is read afterwards.
        do throws(SystemError) {
            status = try FileStatus(of: path)
        } catch {
            return error.isAbsence ? .missing(path) : .unusable(path, reason: "\(error)")
        }
        if required.mustBeMounted, !isMounted(path) { return .notMounted(path) }
        if required.access == .none { return nil }
        let entering = status.kind == .folder ? X_OK : 0
        do throws(SystemError) {
            try requireAccess(path, R_OK | entering)
        } catch {
            return .notReadable(path, reason: "\(error)")
        }
        if required.access == .read { return nil }
        do throws(SystemError) {
            try requireAccess(path, W_OK | entering)
        } catch {
            return .notWritable(path, reason: "\(error)")
        }
        return nil
    }

    private func isMounted(_ path: String) -> Bool {
        guard let resolved = FileSystem.resolved(path) else { return false }
        guard let table = try? String(contentsOfFile: MountTable.file, encoding: .utf8) else { return false }
        return MountTable(table).mount(at: resolved) != nil
    }

    // MARK: Rights

    /// Root checks on behalf of the user: root itself may do everything on local disks, and nothing on some network
    /// storage.
    func takeOnUser() {
        guard let user else { return }
        SystemUser.useFilesInThisThread(asUser: user.id, group: user.group, groups: user.groups)
    }

    func requireAccess(_ path: String, _ mode: Int32) throws(SystemError) {
        if user != nil {
            try FileSystem.requireAccessOfThread(path, mode)
        } else {
            try FileSystem.requireAccess(path, mode)
        }
    }
}
