import HumanText

extension Clock where Duration == Swift.Duration {
    /// Starts to measure; the returned closure returns the time since then.
    ///
    /// This also works on `any Clock<Duration>`, whose instants cannot be compared.
    public func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}

extension Duration {
    /// The duration as text, with appropriate precision: `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 2 min`.
    public var text: String { DurationText.text(self) }
}
