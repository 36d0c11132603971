#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A user of this machine that programs run as. Needs an agent that runs as root.
package struct ProgramUser: Hashable, Sendable {
    /// The login name.
    package var name: String
    /// The numeric id.
    package var id: UInt32
    /// The numeric id of the main group.
    package var group: UInt32
    /// The numeric ids of all groups, the main one included.
    package var groups: [UInt32]
    /// The home directory.
    package var home: String

    /// A user put together by hand.
    package init(name: String, id: UInt32, group: UInt32, groups: [UInt32], home: String) {
        self.name = name
        self.id = id
        self.group = group
        self.groups = groups
        self.home = home
    }

    /// The user of this name, from the user database; nil when there is none.
    package init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        var count: Int32 = 1024
        #if os(Linux)
            var groups = [gid_t](repeating: 0, count: Int(count))
            guard getgrouplist(name, entry.pw_gid, &groups, &count) >= 0 else { return nil }
        #else
            var groups = [Int32](repeating: 0, count: Int(count))
            guard getgrouplist(name, Int32(bitPattern: entry.pw_gid), &groups, &count) >= 0 else { return nil }
        #endif
        self.init(
            name: name, id: entry.pw_uid, group: entry.pw_gid,
            groups: groups.prefix(Int(count)).map { UInt32(truncatingIfNeeded: $0) },
            home: entry.pw_dir.map { String(cString: $0) } ?? "/")
    }
}
