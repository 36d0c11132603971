import HumanText

extension Clock where Duration == Swift.Duration {
    /// Begins to measure; the closure gives the time since then.
    ///
    /// It works on `any Clock<Duration>` too, whose instants cannot be compared.
    public func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}

extension Duration {
    /// In the words of a message, exact to what matters: `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 2 min`.
    public var text: String { DurationText.text(self) }
}
