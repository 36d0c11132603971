import CPlatform

/// Time that never goes backwards.
package enum MonotonicTime {
    /// The time since some moment in the past; it stands still while the machine sleeps.
    package static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Keeps this thread waiting; signals do not shorten that.
    package static func sleep(for time: Duration) {
        let (seconds, attoseconds) = max(.zero, time).components
        var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        while nanosleep(&left, &rest) == -1 && errno == EINTR { left = rest }
    }

    /// A time as system calls take it, rounded up: who wakes too early only waits again.
    static func milliseconds(_ time: Duration) -> Int32 {
        let (seconds, attoseconds) = max(.zero, time).components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// What clocks on walls show where this machine is.
package enum LocalClock {
    /// By how many seconds local time is ahead of UTC at a time, in seconds since 1970. A new time zone of the machine counts at
    /// once (man 3 tzset).
    package static func offset(at time: Int) -> Int {
        tzset()
        var time = time_t(time)
        var parts = tm()
        return localtime_r(&time, &parts) == nil ? 0 : parts.tm_gmtoff
    }
}
