import FlamencoAPI

/// The tasks that could be assigned now, in order.
///
/// They are in queues by type; a queue has a bucket for the tasks of a job with the same priority, in the order of the
/// job. So a worker that may not get tasks of a job skips it in one step, and no task of an unneeded type is visited.
struct RunnableTasks: Sendable {
    /// The order of buckets.
    fileprivate struct Rank: Hashable, Comparable {
        var jobPriority: Int
        let taskPriority: Int
        let job: Int

        static func < (left: Rank, right: Rank) -> Bool {
            if left.jobPriority != right.jobPriority { return left.jobPriority > right.jobPriority }
            if left.taskPriority != right.taskPriority { return left.taskPriority > right.taskPriority }
            return left.job < right.job
        }
    }

    fileprivate struct Bucket {
        var rank: Rank
        var tasks = NumberSet()
    }

    private var queues: [String: [Bucket]] = [:]

    var isEmpty: Bool { queues.isEmpty }

    /// Adds or removes a task; has no effect if it already is or is not included.
    mutating func set(_ isRunnable: Bool, _ index: Int, of job: JobRecord) {
        let task = job.tasks[index]
        let rank = Rank(jobPriority: job.submitted.priority, taskPriority: task.priority, job: job.number)
        let position = queues[task.type]?.position(of: rank) ?? 0
        let exists = queues[task.type].map { position < $0.count && $0[position].rank == rank } ?? false
        if isRunnable {
            if !exists { queues[task.type, default: []].insert(Bucket(rank: rank), at: position) }
            queues[task.type]?[position].tasks.insert(index)
        } else if exists {
            queues[task.type]?[position].tasks.remove(index)
            if queues[task.type]?[position].tasks.isEmpty == true { queues[task.type]?.remove(at: position) }
            if queues[task.type]?.isEmpty == true { queues[task.type] = nil }
        }
    }

    /// Moves the tasks of a job according to its new priority.
    mutating func reprioritize(job: Int, to priority: Int) {
        for type in queues.keys {
            guard var queue = queues.removeValue(forKey: type) else { continue }
            for index in queue.indices where queue[index].rank.job == job { queue[index].rank.jobPriority = priority }
            queue.sort { $0.rank < $1.rank }
            queues[type] = queue
        }
    }

    /// Removes all tasks of a job.
    mutating func remove(job: Int) {
        queues = queues.mapValues { $0.filter { $0.rank.job != job } }.filter { !$0.value.isEmpty }
    }

    /// Returns the first task that has one of the types.
    ///
    /// - Parameters:
    ///   - mayHaveOf: whether tasks of a job and type are eligible.
    ///   - mayHave: whether a task is eligible.
    func first(
        ofTypes types: [String], mayHaveOf: (_ job: Int, _ type: String) -> Bool, mayHave: (TaskPlace) -> Bool
    ) -> TaskPlace? {
        var best: (rank: Rank, place: TaskPlace)?
        for type in Set(types) {
            for bucket in queues[type] ?? [] {
                if let best, best.rank < bucket.rank { break }
                let job = bucket.rank.job
                guard mayHaveOf(job, type),
                    let index = bucket.tasks.first(where: { mayHave(TaskPlace(job: job, index: $0)) })
                else { continue }
                if let best, best.rank == bucket.rank, best.place.index < index { break }
                best = (bucket.rank, TaskPlace(job: job, index: index))
                break
            }
        }
        return best?.place
    }
}

extension [RunnableTasks.Bucket] {
    fileprivate func position(of rank: RunnableTasks.Rank) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].rank < rank { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A sorted set of small whole numbers: a bit for each, so that members are added, removed and found quickly.
struct NumberSet: Sendable {
    private var words: [UInt64] = []
    private(set) var count = 0
    /// Words before this one have no members.
    private var firstWord = 0

    var isEmpty: Bool { count == 0 }

    mutating func insert(_ number: Int) {
        let word = number / 64
        if word >= words.count { words += [UInt64](repeating: 0, count: word + 1 - words.count) }
        let bit = UInt64(1) << UInt64(number % 64)
        if words[word] & bit == 0 { count += 1 }
        words[word] |= bit
        firstWord = min(firstWord, word)
    }

    mutating func remove(_ number: Int) {
        let word = number / 64
        let bit = UInt64(1) << UInt64(number % 64)
        guard word < words.count, words[word] & bit != 0 else { return }
        words[word] &= ~bit
        count -= 1
        while firstWord < words.count, words[firstWord] == 0 { firstWord += 1 }
    }

    /// Returns the lowest member that satisfies the condition.
    func first(where condition: (Int) -> Bool) -> Int? {
        for word in words.indices.dropFirst(firstWord) {
            var bits = words[word]
            while bits != 0 {
                let number = word * 64 + bits.trailingZeroBitCount
                if condition(number) { return number }
                bits &= bits - 1
            }
        }
        return nil
    }
}
