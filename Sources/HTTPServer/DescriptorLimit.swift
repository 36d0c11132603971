import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many file descriptors, and so how many connections, this process may have.
package enum DescriptorLimit {
    /// How many descriptors a program needs beside its connections.
    package static let reserve = 64

    /// Raises the limit as far as this process may (the soft limit to the hard one, man 2 getrlimit).
    ///
    /// Programs that it starts inherit that. It hurts those alone that use select(2).
    ///
    /// - Returns: the limit from now on.
    package static func raise() -> Int {
        var limit = rlimit()
        guard platform_open_files_limit(&limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if platform_set_open_files_limit(&raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
