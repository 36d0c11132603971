import CPlatform

/// Limits that this process and its children keep to (man 2 getrlimit): the soft ones.
package enum ResourceLimit {
    /// How many files a process may have open; nil for as many as it likes.
    package static var openFiles: Int? { limit(platform_open_files_limit) }

    /// How many processes and threads the user may have; nil for as many as they like.
    package static var processes: Int? { limit(platform_processes_limit) }

    /// Lets this process have so many open files; false when the system does not allow it.
    package static func raiseOpenFiles(to count: Int) -> Bool {
        var limits = rlimit()
        guard platform_open_files_limit(&limits) == 0 else { return true }
        if limits.rlim_cur >= rlim_t(count) { return true }
        guard limits.rlim_max >= rlim_t(count) else { return false }
        limits.rlim_cur = rlim_t(count)
        return platform_set_open_files_limit(&limits) == 0
    }

    /// How many open files a program needs beside its connections.
    package static let filesBesideConnections = 64

    /// Raises the limit of open files as far as this process may, to the hard one.
    ///
    /// Programs that it starts inherit that. It hurts those alone that use select(2).
    ///
    /// - Returns: the limit from now on.
    package static func raiseOpenFiles() -> Int {
        var limits = rlimit()
        guard platform_open_files_limit(&limits) == 0 else { return 0 }
        if limits.rlim_cur < limits.rlim_max {
            var raised = limits
            raised.rlim_cur = limits.rlim_max
            if platform_set_open_files_limit(&raised) == 0 { limits = raised }
        }
        return Int(clamping: limits.rlim_cur)
    }

    private static func limit(_ get: (UnsafeMutablePointer<rlimit>) -> Int32) -> Int? {
        var limits = rlimit()
        guard get(&limits) == 0, limits.rlim_cur < rlim_t(Int.max) else { return nil }
        return Int(limits.rlim_cur)
    }

    // MARK: For a program that is about to be executed

    /// Both the soft and the hard limit.
    package static func setAddressSpace(_ bytes: UInt64) throws(SystemError) {
        try checked(platform_limit_address_space(bytes))
    }

    /// The soft limit brings SIGXCPU, the hard one, a second later, SIGKILL.
    package static func setCPUTime(seconds: UInt64) throws(SystemError) {
        try checked(platform_limit_cpu_time(seconds))
    }

    package static func setOpenFiles(_ count: UInt64) throws(SystemError) {
        try checked(platform_limit_open_files(count))
    }

    package static func setCoreSize(_ bytes: UInt64) throws(SystemError) {
        try checked(platform_limit_core_size(bytes))
    }

    /// Without privileges the nice value can only rise from now on (man 2 getrlimit, RLIMIT_NICE).
    package static func forbidLowerNice() throws(SystemError) { try checked(platform_forbid_lower_nice()) }

    package static func setNice(_ nice: Int32) throws(SystemError) { try checked(platform_set_nice(nice)) }

    /// Gets at disks in the usual class, with a level from 0, which comes first, to 7 (man 2 ioprio_set).
    package static func setDiskPriority(level: Int32) throws(SystemError) {
        try checked(platform_set_io_priority(2, level))
    }

    /// Uses disks only when no other program needs them.
    package static func setIdleDiskPriority() throws(SystemError) { try checked(platform_set_io_priority(3, 0)) }
}

/// The processors that a process runs on, by their numbers (man 2 sched_setaffinity).
package enum Processors {
    /// Those that this process may use.
    package static var available: [Int] {
        var mask = [UInt8](repeating: 0, count: 8192)
        let count = Int(platform_get_affinity(&mask, mask.count))
        guard count > 0 else { return [] }
        return (0..<count * 8).filter { mask[$0 / 8] & 1 << ($0 % 8) != 0 }
    }

    /// Has this process run on these alone.
    package static func use(_ numbers: [Int]) throws(SystemError) {
        var mask = [UInt8](repeating: 0, count: (numbers.max() ?? 0) / 64 * 8 + 8)
        for number in numbers { mask[number / 8] |= 1 << (number % 8) }
        try checked(platform_set_affinity(mask, mask.count))
    }
}

/// What a process used (man 2 getrusage).
package struct ResourceUsage: Sendable {
    package let userTime: Duration
    package let systemTime: Duration
    /// The peak resident memory, in bytes; of children that of the largest.
    package let peakMemory: Int

    /// What this process used so far.
    package static var ofThisProcess: ResourceUsage {
        var usage = rusage()
        _ = platform_own_usage(&usage)
        return ResourceUsage(usage)
    }

    /// What those children used that have ended and were waited for, with their children.
    package static var ofEndedChildren: ResourceUsage {
        var usage = rusage()
        _ = platform_children_usage(&usage)
        return ResourceUsage(usage)
    }

    private init(_ usage: rusage) {
        userTime = Self.duration(usage.ru_utime)
        systemTime = Self.duration(usage.ru_stime)
        peakMemory = Int(usage.ru_maxrss) * 1024
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
    }
}
