import FoundationEssentials
import System

/// The cgroup (v2) of this process, and whether it is delegated to the agent (cgroups(7), "Delegation").
struct OwnControlGroup: Hashable, Sendable {
    /// The folder of the group.
    let path: String

    /// Finds the group of this process.
    ///
    /// - Throws: ``AbsenceError`` if it has none that it can see.
    static func find() throws(AbsenceError) -> OwnControlGroup {
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let mounts = try? String(contentsOfFile: MountTable.file, encoding: .utf8),
            let path = path(groups: groups, mounts: MountTable(mounts))
        else { throw AbsenceError(reason: "this system has no cgroup v2") }
        return OwnControlGroup(path: path)
    }

    /// Returns the path of the version 2 group named in `/proc/self/cgroup` (cgroups(7), "/proc files").
    static func path(groups: String, mounts: MountTable) -> String? {
        guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        let group = String(line.dropFirst(3))
        for mount in mounts.mounts where mount.type == "cgroup2" {
            if mount.root == "/" { return group == "/" ? mount.point : mount.point + group }
            if group == mount.root { return mount.point }
            if group.hasPrefix(mount.root + "/") { return mount.point + group.dropFirst(mount.root.count) }
        }
        return nil
    }

    /// Checks that nobody else uses or manages the group.
    ///
    /// - Throws: ``AbsenceError`` with the reason, if it is not delegated to the agent.
    func requireDelegation() throws(AbsenceError) {
        let files = ControlGroupFiles(path: path)
        guard files.isWritable else { throw AbsenceError(reason: "\(path) is not delegated to the agent's user") }
        // Root can write everywhere, including groups that belong to a service manager.
        guard geteuid() != 0 || isMarkedAsDelegated else {
            throw AbsenceError(reason: "\(path) is not delegated to the agent")
        }
        guard files.processes == [getpid()] else {
            throw AbsenceError(reason: "\(path) contains processes other than the agent")
        }
    }

    /// systemd marks the groups of units with `Delegate=yes`.
    private var isMarkedAsDelegated: Bool {
        ["user.delegate", "trusted.delegate"].contains { name in
            FileSystem.attribute(name, of: path, is: UInt8(ascii: "1"))
        }
    }

    /// Why programs get no cgroups below the agent's own.
    struct AbsenceError: Error, Hashable {
        /// A clause without a full stop.
        let reason: String
    }
}

/// The files of a cgroup (v2) that control its subgroups (Linux, "Control Group v2", "Core Interface Files").
struct ControlGroupFiles: Hashable, Sendable {
    /// The folder of the group.
    let path: String

    /// Whether this user may create groups in it, and move processes there.
    var isWritable: Bool {
        ["", "/cgroup.procs", "/cgroup.subtree_control"].allSatisfy { FileSystem.canAccess(path + $0, W_OK) }
    }

    /// The processes in the group itself, not those in groups below it; nil if it is not a cgroup.
    var processes: [Int32]? { fields(in: "cgroup.procs").map { $0.compactMap { Int32($0) } } }

    /// The controllers that are enabled for groups below it.
    var controllersBelow: [String] { fields(in: "cgroup.subtree_control") ?? [] }

    /// Enables a controller for groups below it, if possible, and returns whether it is enabled.
    ///
    /// Enable only what is needed: the `cpu` controller, for example, makes nice levels less effective.
    ///
    /// - Parameter controller: `memory`, `cpu`, `cpuset`.
    func controlBelow(_ controller: String) -> Bool {
        if controllersBelow.contains(controller) { return true }
        return (try? FileSystem.put("+\(controller)", into: path + "/cgroup.subtree_control")) != nil
    }

    /// Moves this process into a group below this one, which is created if necessary.
    func moveThisProcess(below name: String) throws(SystemError) {
        do throws(SystemError) {
            try FileSystem.makeFolder("\(path)/\(name)", permissions: 0o755)
        } catch {
            if !error.isAlreadyThere { throw error }
        }
        try FileSystem.put("0", into: "\(path)/\(name)/cgroup.procs")
    }

    private func fields(in name: String) -> [String]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}
