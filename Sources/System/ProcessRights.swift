import CPlatform

/// Who may look into this process: read its memory and its environment, trace it, have a core dump of it.
///
/// A process that others may not look into has files in `/proc` that belong to root: others of its user cannot open
/// `/proc/N/environ` or `mem`, and the process itself cannot open those of its own that are not world-readable
/// (man 2 PR_SET_DUMPABLE, man 5 proc). Programs that it starts are not hidden.
package enum OwnMemory {
    /// Hides it from all but root; to be called before there is anything to see.
    package static func hide() { _ = platform_set_dumpable(0) }

    /// Shows it to processes of the same user again, as to a debugger.
    package static func show() { _ = platform_set_dumpable(1) }

    /// Whether others of its user may not look into it.
    package static var isHidden: Bool { platform_dumpable() != 1 }

    /// Calls `body`, after which it is hidden or shown as it was before.
    package static func keepingVisibility<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let dumpable = platform_dumpable()
        defer { _ = platform_set_dumpable(dumpable) }
        return try body()
    }
}

/// What a process may do beyond the rights of its user: sets with a bit for each right (man 7 capabilities).
package struct Capabilities: Hashable, Sendable {
    package var effective: UInt64
    package var permitted: UInt64
    package var inheritable: UInt64

    package init(effective: UInt64 = 0, permitted: UInt64 = 0, inheritable: UInt64 = 0) {
        self.effective = effective
        self.permitted = permitted
        self.inheritable = inheritable
    }

    /// Those of this process.
    package static func current() throws(SystemError) -> Capabilities {
        var sets = platform_capabilities()
        try checked(platform_get_capabilities(&sets))
        return Capabilities(effective: sets.effective, permitted: sets.permitted, inheritable: sets.inheritable)
    }

    /// Makes these the ones of this process; it can have none that it does not have already.
    package func apply() throws(SystemError) {
        var sets = platform_capabilities(effective: effective, permitted: permitted, inheritable: inheritable)
        try checked(platform_set_capabilities(&sets))
    }

    /// Whether this process has a right in such a way that programs which it executes have it too.
    package static func isAmbient(_ number: Int32) -> Bool { platform_has_ambient_capability(number) == 1 }

    /// Takes all rights out of the set that executed programs have. A kernel before 4.3 has no such set.
    package static func clearAmbient() throws(SystemError) {
        do throws(SystemError) {
            try checked(platform_clear_ambient_capabilities())
        } catch {
            if error.number != EINVAL { throw error }
        }
    }
}
