/// Workers that wait for a task, in the order in which they ask for one: each at times of its own, an interval apart.
///
/// One asks at a time: the next is told to when the one before has asked.
struct IdleWorkers {
    private let count: Int
    private let interval: Duration
    // A bit for each worker that waits.
    private var waiting: [UInt64]
    /// How many of those that wait are still to ask, since there was something new.
    private var left = 0
    private var waitingCount = 0
    /// The worker that was told to ask, and has not yet.
    private var asking: Int?

    /// All wait.
    init(count: Int, interval: Duration) {
        self.count = count
        self.interval = interval
        waiting = [UInt64](repeating: 0, count: count / 64 + 1)
        for worker in 0..<count { insert(worker) }
    }

    /// A worker waits from now on.
    mutating func insert(_ worker: Int) {
        guard waiting[worker / 64] & 1 << UInt64(worker % 64) == 0 else { return }
        waiting[worker / 64] |= 1 << UInt64(worker % 64)
        waitingCount += 1
    }

    /// All that wait are to ask.
    mutating func askAll() { left = waitingCount }

    /// A worker has asked.
    mutating func hasAsked(_ worker: Int) { if asking == worker { asking = nil } }

    /// Takes out the worker that asks next, with the time when it does; nothing when all have asked, or one is about to.
    mutating func takeNext(after time: Duration) -> (worker: Int, time: Duration)? {
        guard asking == nil, left > 0, count > 0 else { return nil }
        // The workers share the interval evenly: worker 0 asks at its beginning.
        let step = interval / count
        let begun = Int((time / interval).rounded(.down))
        let place = step > .zero ? Int(((time - interval * begun) / step).rounded(.down)) + 1 : 0
        let found = place < count ? first(from: place) : nil
        guard let worker = found ?? first(from: 0) else { return nil }
        left -= 1
        waiting[worker / 64] &= ~(1 << UInt64(worker % 64))
        waitingCount -= 1
        asking = worker
        return (worker, max(time, interval * (begun + (found == nil ? 1 : 0)) + step * worker))
    }

    private func first(from place: Int) -> Int? {
        var word = place / 64
        var bits = waiting[word] & ~((1 << UInt64(place % 64)) - 1)
        while bits == 0 {
            word += 1
            guard word < waiting.count else { return nil }
            bits = waiting[word]
        }
        return word * 64 + bits.trailingZeroBitCount
    }
}
