import CPlatform

/// Limits that this process and its children keep to (man 2 getrlimit): the soft ones.
enum ResourceLimit {
    /// How many files a process may have open; nil for as many as it likes.
    static var openFiles: Int? { limit(platform_open_files_limit) }

    /// How many processes and threads the user may have; nil for as many as they like.
    static var processes: Int? { limit(platform_processes_limit) }

    private static func limit(_ get: (UnsafeMutablePointer<rlimit>) -> Int32) -> Int? {
        var limits = rlimit()
        guard get(&limits) == 0, limits.rlim_cur < rlim_t(Int.max) else { return nil }
        return Int(limits.rlim_cur)
    }
}
