import CPlatform

/// Controls who can access this process: read its memory and environment, trace it, or get a core dump.
///
/// The files of a protected process in `/proc` belong to root: other processes of its user cannot open
/// `/proc/N/environ` or `mem`, and the process itself cannot open those of its own files that are not world-readable
/// (man 2 PR_SET_DUMPABLE, man 5 proc). Programs that it starts are not protected.
package enum OwnMemory {
    /// Protects the process from all but root; must be called before it has secrets.
    package static func hide() { _ = platform_set_dumpable(0) }

    /// Makes it accessible to processes of the same user again, for example a debugger.
    package static func show() { _ = platform_set_dumpable(1) }

    /// Whether other processes of its user have no access.
    package static var isHidden: Bool { platform_dumpable() != 1 }

    /// Calls `body`, and restores the protection afterwards.
    package static func keepingVisibility<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let dumpable = platform_dumpable()
        defer { _ = platform_set_dumpable(dumpable) }
        return try body()
    }
}

/// The capabilities of a process: sets with a bit for each capability (man 7 capabilities).
package struct Capabilities: Hashable, Sendable {
    package var effective: UInt64
    package var permitted: UInt64
    package var inheritable: UInt64

    package init(effective: UInt64 = 0, permitted: UInt64 = 0, inheritable: UInt64 = 0) {
        self.effective = effective
        self.permitted = permitted
        self.inheritable = inheritable
    }

    /// Returns the capabilities of this process.
    package static func current() throws(SystemError) -> Capabilities {
        var sets = platform_capabilities()
        try checked(platform_get_capabilities(&sets))
        return Capabilities(effective: sets.effective, permitted: sets.permitted, inheritable: sets.inheritable)
    }

    /// Sets the capabilities of this process; it cannot gain capabilities that it does not have.
    package func apply() throws(SystemError) {
        var sets = platform_capabilities(effective: effective, permitted: permitted, inheritable: inheritable)
        try checked(platform_set_capabilities(&sets))
    }

    /// Whether a capability is in the ambient set, so that executed programs have it too.
    package static func isAmbient(_ number: Int32) -> Bool { platform_has_ambient_capability(number) == 1 }

    /// Clears the ambient set, which executed programs inherit. A kernel before 4.3 has no such set.
    package static func clearAmbient() throws(SystemError) {
        do throws(SystemError) {
            try checked(platform_clear_ambient_capabilities())
        } catch {
            if error.number != EINVAL { throw error }
        }
    }
}
