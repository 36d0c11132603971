import CPlatform

/// A user of this machine, from the user database.
package struct SystemUser: Sendable {
    package let id: UInt32
    /// The main group.
    package let group: UInt32
    /// All groups, the main one included.
    package let groups: [UInt32]
    package let home: String

    /// The user of this name; nil when there is none.
    package init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        var count: Int32 = 1024
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, entry.pw_gid, &groups, &count) >= 0 else { return nil }
        id = entry.pw_uid
        group = entry.pw_gid
        self.groups = Array(groups.prefix(Int(count)))
        home = entry.pw_dir.map { String(cString: $0) } ?? "/"
    }

    /// The name of a user; nil when the database does not know it.
    package static func name(of id: UInt32) -> String? {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) }
    }

    // MARK: Becoming one

    /// Makes this process one of a user, for good.
    package static func become(user: UInt32, group: UInt32, groups: [UInt32]) throws(SystemError) {
        try checked(setgroups(groups.count, groups))
        try checked(setgid(group))
        try checked(setuid(user))
    }

    /// Has this process act as a user until ``endActing(group:)``.
    package static func act(asUser user: UInt32, group: UInt32) throws(SystemError) {
        try checked(setegid(group))
        try checked(seteuid(user))
    }

    /// Has this process be root again.
    package static func endActing(group: UInt32) {
        seteuid(0)
        setegid(group)
    }

    /// Uses files as a user in this thread alone from now on, which should end afterwards (man 2 setfsuid).
    ///
    /// The kernel takes a change of the user for a reason to hide the memory of the process; it stays as visible as it was.
    package static func useFilesInThisThread(asUser user: UInt32, group: UInt32, groups: [UInt32]) {
        OwnMemory.keepingVisibility { platform_use_files_as(user, group, groups.count, groups) }
    }
}
