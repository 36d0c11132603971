import CommandLineOptions
import HumanText
import Swarm

/// What the commands that play workers have in common.
struct WorkloadOptions {
    let taskTime: TaskTime
    let failures: Double
    let pollInterval: Duration
    let seed: UInt64

    /// - Parameter taskTime: how long tasks take unless somebody says so.
    /// - Throws: ``UsageError``, which says what is wrong with an option.
    init(_ arguments: ParsedArguments, taskTime: String) throws {
        let text = arguments.value("--task-time") ?? taskTime
        guard let time = TaskTime(text) else {
            throw UsageError("--task-time should be a duration such as 5s or 5s±2s, but is “\(text)”")
        }
        self.taskTime = time
        failures = try Self.share("--fail", arguments) ?? 0
        pollInterval = try Self.time("--poll", arguments) ?? .seconds(5)
        seed = try Self.seed(arguments) ?? 1
    }

    /// A number of things, one at least.
    static func count(_ name: String, _ arguments: ParsedArguments) throws -> Int? {
        try arguments.value(name).map { text in
            guard let count = Int(text), (1...maximum).contains(count) else {
                throw UsageError("\(name) should be a whole number from 1 to \(maximum), but is “\(text)”")
            }
            return count
        }
    }

    private static let maximum = 100_000_000

    /// A share.
    static func share(_ name: String, _ arguments: ParsedArguments) throws -> Double? {
        try arguments.value(name).map { text in
            guard let share = ShareText.parse(text) else {
                throw UsageError("\(name) should be a share from 0% to 100%, but is “\(text)”")
            }
            return share
        }
    }

    /// A span of time, longer than none.
    static func time(_ name: String, _ arguments: ParsedArguments) throws -> Duration? {
        try arguments.value(name).map { text in
            guard let time = DurationText.parse(text), time > .zero else {
                throw UsageError("\(name) should be a duration such as 10s or 2m, but is “\(text)”")
            }
            return time
        }
    }

    /// What random choices follow from.
    static func seed(_ arguments: ParsedArguments) throws -> UInt64? {
        try arguments.value("--seed").map { text in
            guard let seed = UInt64(text) else { throw UsageError("--seed should be a whole number, but is “\(text)”") }
            return seed
        }
    }
}
