/// Workers that wait for a task, in the order in which they request one: each at its own times, at regular intervals.
///
/// One sends a request at a time: the next one after the one before has sent its request.
struct IdleWorkers {
    private let count: Int
    private let interval: Duration
    // A bit for each waiting worker.
    private var waiting: [UInt64]
    /// How many of the waiting workers still have to send a request, since the last news.
    private var left = 0
    private var waitingCount = 0
    /// The worker that was told to send a request, and has not yet.
    private var asking: Int?

    /// Creates a set in which all workers wait.
    init(count: Int, interval: Duration) {
        self.count = count
        self.interval = interval
        waiting = [UInt64](repeating: 0, count: count / 64 + 1)
        for worker in 0..<count { insert(worker) }
    }

    /// Adds a waiting worker.
    mutating func insert(_ worker: Int) {
        guard waiting[worker / 64] & 1 << UInt64(worker % 64) == 0 else { return }
        waiting[worker / 64] |= 1 << UInt64(worker % 64)
        waitingCount += 1
    }

    /// Lets all waiting workers send a request.
    mutating func askAll() { left = waitingCount }

    /// Records that a worker has sent its request.
    mutating func hasAsked(_ worker: Int) { if asking == worker { asking = nil } }

    /// Removes the worker that sends the next request, with its time; nil if all have, or one is about to.
    mutating func takeNext(after time: Duration) -> (worker: Int, time: Duration)? {
        guard asking == nil, left > 0, count > 0 else { return nil }
        // The workers are distributed evenly over the interval: worker 0 is at its beginning.
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
