import CPlatform

/// A user of this machine, from the user database.
package struct SystemUser: Sendable {
    package let id: UInt32
    /// The primary group.
    package let group: UInt32
    /// All groups, including the primary one.
    package let groups: [UInt32]
    package let home: String

    /// Looks up a user by name; nil if there is none.
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

    /// Returns the name of a user; nil if it is not in the database.
    package static func name(of id: UInt32) -> String? {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) }
    }

    // MARK: Switching

    /// Switches this process to a user permanently.
    package static func become(user: UInt32, group: UInt32, groups: [UInt32]) throws(SystemError) {
        try checked(setgroups(groups.count, groups))
        try checked(setgid(group))
        try checked(setuid(user))
    }

    /// Lets this process act as a user until ``endActing(group:)``.
    package static func act(asUser user: UInt32, group: UInt32) throws(SystemError) {
        try checked(setegid(group))
        try checked(seteuid(user))
    }

    /// Switches this process back to root.
    package static func endActing(group: UInt32) {
        seteuid(0)
        setegid(group)
    }

    /// Accesses files as another user from now on, in this thread only, which should end afterwards (man 2 setfsuid).
    ///
    /// The kernel responds to a change of the user by hiding the memory of the process; this restores its visibility.
    package static func useFilesInThisThread(asUser user: UInt32, group: UInt32, groups: [UInt32]) {
        OwnMemory.keepingVisibility { platform_use_files_as(user, group, groups.count, groups) }
    }
}
