import HumanText

/// What a soak did and found.
struct SoakReport: CustomStringConvertible {
    var rounds = 0
    var kills = 0
    var stops = 0
    var restarts = 0
    var memoryLosses = 0
    var interruptedRuns = 0
    /// What is wrong, a sentence each.
    var problems: [String] = []
    private var tasks = 0
    private var bytes = 0
    private var repetitions = 0

    /// Takes the log of a task that is done.
    mutating func take(_ comparison: LogComparison, job: String, bytes: Int) {
        tasks += 1
        self.bytes += bytes
        repetitions += comparison.repetitions
        problems += comparison.problems.map { "\(job): \($0)" }
        if comparison.problems.isEmpty && !comparison.hasWholeRun {
            problems.append("\(job) is done, but no run of it is in the log whole")
        }
    }

    var description: String {
        """
        rounds                     \(rounds)
        agents killed with -9      \(kills)
        agents stopped             \(stops)
        managers restarted         \(restarts)
        managers without memory    \(memoryLosses)
        tasks compared             \(tasks)
        runs that were interrupted \(interruptedRuns)
        log compared               \(ByteCountText.text(bytes))
        batches that came twice    \(repetitions)
        problems                   \(problems.isEmpty ? "none" : "\(problems.count)")
        """
    }
}
