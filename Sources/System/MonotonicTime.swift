import CPlatform

/// A clock that never goes backwards.
package enum MonotonicTime {
    /// The time since some moment in the past; it does not advance while the machine sleeps.
    package static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Blocks this thread for a time; signals do not shorten it.
    package static func sleep(for time: Duration) {
        let (seconds, attoseconds) = max(.zero, time).components
        var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        while nanosleep(&left, &rest) == -1 && errno == EINTR { left = rest }
    }

    /// Converts a duration to milliseconds for system calls, rounded up: waking too early would only cause another
    /// wait.
    static func milliseconds(_ time: Duration) -> Int32 {
        let (seconds, attoseconds) = max(.zero, time).components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// The local time of this machine.
package enum LocalClock {
    /// Returns the offset of local time from UTC in seconds, at a time in seconds since 1970. Changes of the machine's
    /// time zone take effect immediately (man 3 tzset).
    package static func offset(at time: Int) -> Int {
        tzset()
        var time = time_t(time)
        var parts = tm()
        return localtime_r(&time, &parts) == nil ? 0 : parts.tm_gmtoff
    }
}
