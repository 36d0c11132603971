import CPlatform

/// Access rules for this process and its descendants, enforced by the kernel (man 7 landlock). Rights are bits.
package struct LandlockRuleset: ~Copyable {
    private let rules: Descriptor

    /// Returns the version of the kernel's ABI.
    ///
    /// - Throws: ``SystemError`` with `ENOSYS` if the kernel has no Landlock, with `EOPNOTSUPP` if it is disabled.
    package static func version() throws(SystemError) -> Int32 { try checked(platform_landlock_version()) }

    /// Creates rules that deny all of these rights unless a rule allows them.
    package init(files: UInt64, network: UInt64, scope: UInt64) throws(SystemError) {
        var ruleset = platform_ruleset(files: files, network: network, scope: scope)
        rules = Descriptor(owning: try checked(platform_landlock_ruleset(&ruleset)))
    }

    /// Allows rights on an open file or folder, and on everything below it.
    package func allow(
        _ access: UInt64, below place: borrowing some OpenDescriptor & ~Copyable
    ) throws(SystemError) {
        try checked(platform_landlock_allow_path(rules.number, access, place.number))
    }

    /// Allows rights on a port.
    package func allow(_ access: UInt64, onPort port: UInt16) throws(SystemError) {
        try checked(platform_landlock_allow_port(rules.number, access, UInt64(port)))
    }

    /// Applies the rules to this thread permanently, and prevents it from gaining privileges by executing a program.
    package func restrict() throws(SystemError) {
        try checked(platform_forbid_new_privileges())
        try checked(platform_landlock_restrict(rules.number))
    }
}

extension OpenMode {
    /// A handle of a path of any type, which is not opened itself.
    package static let placeHandle = OpenMode(rawValue: platform_flags_of_place_handle())
}

extension Descriptor {
    /// Opens a handle of an entry of a folder, whose name need not be UTF-8; of a link itself, if it is one.
    package init(
        handleOfEntry name: [UInt8], in folder: borrowing some OpenDescriptor & ~Copyable
    ) throws(SystemError) {
        let number = folder.number
        let path = name.map(CChar.init(bitPattern:)) + [0]
        self.init(owning: try retrying { openat(number, path, platform_flags_of_place_handle() | O_NOFOLLOW) })
    }
}

extension OpenDescriptor where Self: ~Copyable {
    /// Returns the path of the open file, without links, as bytes.
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
