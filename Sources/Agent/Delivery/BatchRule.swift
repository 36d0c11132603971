/// When a batch goes to the manager, and how large it may be.
struct BatchRule: Hashable, Sendable {
    /// So many bytes waiting go at once.
    var usual = 64 << 10
    /// The most bytes of a log in one request.
    var largest = 512 << 10
    /// How long the first byte waits at most.
    var delay: Duration = .seconds(2)
    /// Older news that a task runs needs the manager's consent.
    static let lateness = Duration.seconds(5)

    /// What there is to do for a task.
    enum Decision: Hashable, Sendable {
        /// Nothing waits.
        case nothing
        /// A batch is due at this time.
        case waitUntil(Duration)
        /// A batch is due.
        case send
        /// The manager has everything, and nothing more will come.
        case close
    }

    func decision(for waiting: WaitingUpdate, at now: Duration) -> Decision {
        if waiting.isUrgent || waiting.bytes >= usual { return .send }
        guard waiting.bytes > 0 || waiting.hasNews else { return waiting.hasEnded ? .close : .nothing }
        let due = (waiting.since ?? now) + delay
        return now >= due ? .send : .waitUntil(due)
    }
}

/// What of a task waits to be sent.
struct WaitingUpdate: Hashable, Sendable {
    /// How many bytes of the log.
    var bytes = 0
    /// Since when there is something; nil when nothing waits.
    var since: Duration?
    /// An activity or steps wait too.
    var hasNews = false
    /// A status waits, or the end of the task, or somebody waits for it.
    var isUrgent = false
    /// Nothing will be added any more.
    var hasEnded = false
}
