extension Clock where Duration == Swift.Duration {
    /// Begins to measure; the closure gives the time since then.
    ///
    /// It works on `any Clock<Duration>` too, whose instants cannot be compared.
    public func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
