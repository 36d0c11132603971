import ExecutorKit

/// `sleep`: waits.
struct SleepExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let durationInSeconds: Double

        enum CodingKeys: String, CodingKey {
            case durationInSeconds = "duration_in_seconds"
        }
    }

    let commandName = "sleep"
    let taskType = "misc"

    /// Longer sleeps are considered an error: thirty years.
    private let longest = 1e9

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let seconds = parameters.durationInSeconds
        guard 0...longest ~= seconds else {
            throw ParameterError(
                parameter: "duration_in_seconds", expected: "from 0 to \(Int(longest))", found: "\(seconds)")
        }
        context.activity("sleeping for \(seconds.formatted) s")
        try await context.clock.sleep(for: .seconds(seconds))
        context.log("slept for \(seconds.formatted) s")
    }
}

extension Double {
    /// The number without a fraction if it is whole.
    fileprivate var formatted: String { Int(exactly: self).map(String.init) ?? String(self) }
}
