import CommandLineOptions
import HumanText
import Swarm

/// Common options of the commands that simulate workers.
struct WorkloadOptions {
    let taskTime: TaskTime
    let failures: Double
    let pollInterval: Duration
    let seed: UInt64

    /// - Parameter taskTime: the default duration of tasks.
    /// - Throws: ``UsageError`` with the problem of an option.
    init(_ arguments: ParsedArguments, taskTime: String) throws {
        let text = arguments.value("--task-time") ?? taskTime
        guard let time = TaskTime(text) else {
            throw UsageError("--task-time should be a duration such as 5s or 5s±2s, but is \"\(text)\"")
        }
        self.taskTime = time
        failures = try Self.share("--fail", arguments) ?? 0
        pollInterval = try Self.time("--poll", arguments) ?? .seconds(5)
        seed = try Self.seed(arguments) ?? 1
    }

    /// Parses a number, at least one.
    static func count(_ name: String, _ arguments: ParsedArguments) throws -> Int? {
        try arguments.value(name).map { text in
            guard let count = Int(text), (1...maximum).contains(count) else {
                throw UsageError("\(name) should be a whole number from 1 to \(maximum), but is \"\(text)\"")
            }
            return count
        }
    }

    private static let maximum = 100_000_000

    /// Parses a share.
    static func share(_ name: String, _ arguments: ParsedArguments) throws -> Double? {
        try arguments.value(name).map { text in
            guard let share = ShareText.parse(text) else {
                throw UsageError("\(name) should be a share from 0% to 100%, but is \"\(text)\"")
            }
            return share
        }
    }

    /// Parses a duration, longer than zero.
    static func time(_ name: String, _ arguments: ParsedArguments) throws -> Duration? {
        try arguments.value(name).map { text in
            guard let time = DurationText.parse(text), time > .zero else {
                throw UsageError("\(name) should be a duration such as 10s or 2m, but is \"\(text)\"")
            }
            return time
        }
    }

    /// Parses the seed of random numbers.
    static func seed(_ arguments: ParsedArguments) throws -> UInt64? {
        try arguments.value("--seed").map { text in
            guard let seed = UInt64(text) else {
                throw UsageError("--seed should be a whole number, but is \"\(text)\"")
            }
            return seed
        }
    }
}
