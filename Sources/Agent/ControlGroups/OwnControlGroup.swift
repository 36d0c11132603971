import CPlatform
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The cgroup (v2) of this process, and whether it is the agent's to divide (cgroups(7), “Delegation”).
struct OwnControlGroup: Hashable, Sendable {
    /// The folder of the group.
    let path: String

    /// The group of this process.
    ///
    /// - Throws: ``Absence`` when it has none that it can see.
    static func find() throws(Absence) -> OwnControlGroup {
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let mounts = try? String(contentsOfFile: MountTable.file, encoding: .utf8),
            let path = path(groups: groups, mounts: MountTable(mounts))
        else { throw Absence(reason: "there is no cgroup v2 here") }
        return OwnControlGroup(path: path)
    }

    /// Where the group is mounted that `/proc/self/cgroup` names for version 2 (cgroups(7), “/proc files”).
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
    /// - Throws: ``Absence`` with the reason when it is not the agent's.
    func requireDelegation() throws(Absence) {
        let files = ControlGroupFiles(path: path)
        guard files.isWritable else { throw Absence(reason: "\(path) is not delegated to the agent's user") }
        // Root may write everywhere, also where a service manager wants to be alone.
        guard geteuid() != 0 || isMarkedAsDelegated else {
            throw Absence(reason: "\(path) is not delegated to the agent")
        }
        guard files.processes == [getpid()] else {
            throw Absence(reason: "\(path) has other processes than the agent")
        }
    }

    /// systemd says so on the groups of units with `Delegate=yes`.
    private var isMarkedAsDelegated: Bool {
        #if os(Linux)
            ["user.delegate", "trusted.delegate"].contains { name in
                var value: UInt8 = 0
                return platform_get_attribute(path, name, &value, 1) == 1 && value == UInt8(ascii: "1")
            }
        #else
            false
        #endif
    }

    /// Why programs get no cgroups below the agent's own.
    struct Absence: Error, Hashable {
        /// Half a sentence.
        let reason: String
    }
}
