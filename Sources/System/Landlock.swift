import CPlatform

/// Rules about what a process and all that it becomes and starts may do, which the kernel holds (man 7 landlock). Rights are
/// bits.
package struct LandlockRuleset: ~Copyable {
    private let rules: Descriptor

    /// The version of the kernel's ABI.
    ///
    /// - Throws: ``SystemError`` with `ENOSYS` where the kernel has no Landlock, with `EOPNOTSUPP` where it is turned off.
    package static func version() throws(SystemError) -> Int32 { try checked(platform_landlock_version()) }

    /// Rules that deny all of these unless a rule allows it.
    package init(files: UInt64, network: UInt64, scope: UInt64) throws(SystemError) {
        var ruleset = platform_ruleset(files: files, network: network, scope: scope)
        rules = Descriptor(owning: try checked(platform_landlock_ruleset(&ruleset)))
    }

    /// Allows rights on what is open, and on all below it.
    package func allow(
        _ access: UInt64, below place: borrowing some OpenDescriptor & ~Copyable
    ) throws(SystemError) {
        try checked(platform_landlock_allow_path(rules.number, access, place.number))
    }

    /// Allows rights on a port.
    package func allow(_ access: UInt64, onPort port: UInt16) throws(SystemError) {
        try checked(platform_landlock_allow_port(rules.number, access, UInt64(port)))
    }

    /// Holds this thread to the rules for good, and lets it gain no rights by executing a program.
    package func restrict() throws(SystemError) {
        try checked(platform_forbid_new_privileges())
        try checked(platform_landlock_restrict(rules.number))
    }
}

extension OpenMode {
    /// A handle of whatever is there, which is not opened itself.
    package static let placeHandle = OpenMode(rawValue: platform_flags_of_place_handle())
}

extension Descriptor {
    /// A handle of what is at a path, whatever it is, as long as no part of the path is a symbolic link (man 2 openat2).
    ///
    /// - Throws: ``SystemError``: `ELOOP` where a part is a link, `ENOSYS` or `EPERM` where this cannot be asked for.
    package init(handleOfPlaceWithoutLinks path: String) throws(SystemError) {
        let noLinks: UInt64 = 0x04  // RESOLVE_NO_SYMLINKS
        let flags = UInt64(UInt32(bitPattern: platform_flags_of_place_handle()))
        self.init(owning: try retrying { platform_openat2(AT_FDCWD, path, flags, noLinks) })
    }

    /// A handle of an entry of a folder, whose name may be no UTF-8; of a link, should it be one.
    package init(
        handleOfEntry name: [UInt8], in folder: borrowing some OpenDescriptor & ~Copyable
    ) throws(SystemError) {
        let number = folder.number
        let path = name.map(CChar.init(bitPattern:)) + [0]
        self.init(owning: try retrying { openat(number, path, platform_flags_of_place_handle() | O_NOFOLLOW) })
    }
}

extension OpenDescriptor where Self: ~Copyable {
    /// The path of what is open, without links, byte by byte.
    package func path() throws(SystemError) -> [UInt8] {
        let number = number
        let found = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> [UInt8]? in
            guard let base = buffer.baseAddress else { return nil }
            let count = readlink("/proc/self/fd/\(number)", base, buffer.count)
            return count >= 0 ? [UInt8](UnsafeRawBufferPointer(start: base, count: count)) : nil
        }
        guard let found else { throw SystemError.last }
        return found
    }
}
