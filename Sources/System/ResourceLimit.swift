import CPlatform

/// Resource limits of this process and its children (man 2 getrlimit): the soft limits.
package enum ResourceLimit {
    /// Maximum number of open files of a process; nil if unlimited.
    package static var openFiles: Int? { limit(platform_open_files_limit) }

    /// Maximum number of processes and threads of the user; nil if unlimited.
    package static var processes: Int? { limit(platform_processes_limit) }

    /// Raises the limit of open files to `count`; returns false if that is not allowed.
    package static func raiseOpenFiles(to count: Int) -> Bool {
        var limits = rlimit()
        guard platform_open_files_limit(&limits) == 0 else { return true }
        if limits.rlim_cur >= rlim_t(count) { return true }
        guard limits.rlim_max >= rlim_t(count) else { return false }
        limits.rlim_cur = rlim_t(count)
        return platform_set_open_files_limit(&limits) == 0
    }

    /// The number of open files that a program needs in addition to its connections.
    package static let filesBesideConnections = 64

    /// Raises the limit of open files as far as this process may, to the hard limit.
    ///
    /// Programs that it starts inherit the limit. That only affects programs that use select(2).
    ///
    /// - Returns: the new limit.
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

    // MARK: For a program about to be executed

    /// Sets both the soft and the hard limit.
    package static func setAddressSpace(_ bytes: UInt64) throws(SystemError) {
        try checked(platform_limit_address_space(bytes))
    }

    /// Sets the limits: the soft limit causes SIGXCPU, the hard limit, one second later, SIGKILL.
    package static func setCPUTime(seconds: UInt64) throws(SystemError) {
        try checked(platform_limit_cpu_time(seconds))
    }

    package static func setOpenFiles(_ count: UInt64) throws(SystemError) {
        try checked(platform_limit_open_files(count))
    }

    package static func setCoreSize(_ bytes: UInt64) throws(SystemError) {
        try checked(platform_limit_core_size(bytes))
    }

    /// Prevents lowering the nice value again without privileges (man 2 getrlimit, RLIMIT_NICE).
    package static func forbidLowerNice() throws(SystemError) { try checked(platform_forbid_lower_nice()) }

    package static func setNice(_ nice: Int32) throws(SystemError) { try checked(platform_set_nice(nice)) }

    /// Sets the best-effort I/O class, with a level from 0 (highest priority) to 7 (man 2 ioprio_set).
    package static func setDiskPriority(level: Int32) throws(SystemError) {
        try checked(platform_set_io_priority(2, level))
    }

    /// Sets the idle I/O class: disks are used only when no other program needs them.
    package static func setIdleDiskPriority() throws(SystemError) { try checked(platform_set_io_priority(3, 0)) }
}

/// The processors of a process, by number (man 2 sched_setaffinity).
package enum Processors {
    /// The processors that this process may use.
    package static var available: [Int] {
        var mask = [UInt8](repeating: 0, count: 8192)
        let count = Int(platform_get_affinity(&mask, mask.count))
        guard count > 0 else { return [] }
        return (0..<count * 8).filter { mask[$0 / 8] & 1 << ($0 % 8) != 0 }
    }

    /// Restricts this process to these processors.
    package static func use(_ numbers: [Int]) throws(SystemError) {
        var mask = [UInt8](repeating: 0, count: (numbers.max() ?? 0) / 64 * 8 + 8)
        for number in numbers { mask[number / 8] |= 1 << (number % 8) }
        try checked(platform_set_affinity(mask, mask.count))
    }
}

/// The resource usage of a process (man 2 getrusage).
package struct ResourceUsage: Sendable {
    package let userTime: Duration
    package let systemTime: Duration
    /// The peak resident memory, in bytes; for children, that of the largest.
    package let peakMemory: Int

    /// The usage of this process so far.
    package static var ofThisProcess: ResourceUsage {
        var usage = rusage()
        _ = platform_own_usage(&usage)
        return ResourceUsage(usage)
    }

    /// The usage of children that have ended and were waited for, including their descendants.
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
