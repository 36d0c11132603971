import CPlatform

/// Limits that this process and its children keep to (man 2 getrlimit): the soft ones.
enum ResourceLimit {
    /// How many files a process may have open; nil for as many as it likes.
    static var openFiles: Int? { limit(platform_open_files_limit) }

    /// How many processes and threads the user may have; nil for as many as they like.
    static var processes: Int? { limit(platform_processes_limit) }

    /// Lets this process have so many open files; false when the system does not allow it.
    static func raiseOpenFiles(to count: Int) -> Bool {
        var limits = rlimit()
        guard platform_open_files_limit(&limits) == 0 else { return true }
        if limits.rlim_cur >= rlim_t(count) { return true }
        guard limits.rlim_max >= rlim_t(count) else { return false }
        limits.rlim_cur = rlim_t(count)
        return platform_set_open_files_limit(&limits) == 0
    }

    private static func limit(_ get: (UnsafeMutablePointer<rlimit>) -> Int32) -> Int? {
        var limits = rlimit()
        guard get(&limits) == 0, limits.rlim_cur < rlim_t(Int.max) else { return nil }
        return Int(limits.rlim_cur)
    }
}

/// The open files that an agent needs for itself: for its log and its spool, for the manager, for status and metrics, and for
/// a program at a time.
package enum OpenFiles {
    /// With fewer, parts of Swift's runtime end the process without a word.
    package static let needed = 64

    /// Raises the limit of this process to that, where the system allows it; returns a sentence when it does not.
    package static func raise() -> String? {
        if ResourceLimit.raiseOpenFiles(to: needed) { return nil }
        return "expected a limit of at least \(needed) open files, found \(ResourceLimit.openFiles ?? 0): raise it "
            + "(ulimit -n, LimitNOFILE= in a unit of systemd)"
    }
}
