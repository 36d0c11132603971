import CPlatform
import ExecutorKit
import FileWork
import FoundationEssentials
import Spool
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a machine must have before a task is taken.
package struct MachineCheck: Sendable {
    /// What has to be there.
    var paths: [RequiredPath]
    /// How many bytes have to be free …
    var minimumFree: Int?
    /// … on the disks of these folders.
    var folders: [String]
    /// The user whom programs run as, whose rights count; the agent's own when absent.
    var user: ProgramUser?

    init(paths: [RequiredPath] = [], minimumFree: Int? = nil, folders: [String] = [], user: ProgramUser? = nil) {
        self.paths = paths
        self.minimumFree = minimumFree
        self.folders = folders
        self.user = user
    }

    /// What the settings ask for.
    ///
    /// - Parameters:
    ///   - stateFolder: where the agent writes, and where programs start that run as the agent's user.
    ///   - programs: how programs run; absent when they cannot.
    init(_ settings: Settings, stateFolder: String, programs: ProgramDefaults?) {
        let home = settings.runAsUser == nil ? nil : programs?.workingDirectory
        self.init(
            paths: settings.requiredPaths, minimumFree: settings.minFreeSpace,
            folders: [stateFolder] + (home.map { [$0] } ?? []), user: programs?.user)
    }

    /// Whether there is nothing to look at.
    var isEmpty: Bool { paths.isEmpty && minimumFree == nil }

    /// Looks at everything; blocks, on a dead network mount for ever.
    ///
    /// To be called on a thread that ends afterwards: it takes on the rights of the user.
    ///
    /// - Parameter looking: is told what is looked at next.
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
        var status = stat()
        // Looking at an automount point is also what mounts it, so the table is read afterwards.
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .missing(path) : .unusable(path, reason: Self.reason())
        }
        if required.mustBeMounted, !isMounted(path) { return .notMounted(path) }
        if required.access == .none { return nil }
        let entering = status.st_mode & S_IFMT == S_IFDIR ? X_OK : 0
        guard canAccess(path, R_OK | entering) else { return .notReadable(path, reason: Self.reason()) }
        if required.access == .read { return nil }
        return canAccess(path, W_OK | entering) ? nil : .notWritable(path, reason: Self.reason())
    }

    private func isMounted(_ path: String) -> Bool {
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        guard let table = try? String(contentsOfFile: MountTable.file, encoding: .utf8) else { return false }
        return MountTable(table).mount(at: String(cString: resolved)) != nil
    }

    private static func reason() -> String { SystemErrorText.words(errno) }

    // MARK: Rights

    /// Root asks in the name of the user: it may do everything on local disks, and nothing on some network storage.
    private func takeOnUser() {
        #if os(Linux)
            guard let user else { return }
            platform_use_files_as(user.id, user.group, user.groups.count, user.groups)
        #endif
    }

    private func canAccess(_ path: String, _ mode: Int32) -> Bool {
        #if os(Linux)
            if user != nil {
                let result = platform_access_of_thread(path, mode)
                if result == 0 || errno != ENOSYS { return result == 0 }
            }
        #endif
        return access(path, mode) == 0
    }
}
