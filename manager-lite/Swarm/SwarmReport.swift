package import FlamencoAPI
import HumanText

/// The measurements of a swarm.
package struct SwarmReport: Sendable {
    /// The measurements of an operation.
    package struct Figures: Sendable {
        /// The latencies in microseconds, from the moment when the worker wrote the request.
        package var latency = Histogram()
        /// The numbers of errors: by status, or by the reason for a missing answer.
        package var errors: [String: Int] = [:]

        /// The number of requests.
        package var requests: Int { latency.count + failures }
        /// The number of requests without an answer.
        fileprivate var failures = 0
    }

    /// The measurements of each operation.
    package private(set) var operations: [FlamencoAPI.Operation: Figures] = [:]
    /// How long the workers were present, until they were told to sign off.
    package internal(set) var duration = Duration.zero
    /// The maximum number of workers signed on at the same time.
    package internal(set) var largestPresence = 0
    /// The number of completed tasks.
    package internal(set) var completedTasks = 0
    /// The number of tasks that failed, as intended.
    package internal(set) var failedTasks = 0

    /// The number of requests.
    package var requests: Int { operations.values.reduce(0) { $0 + $1.requests } }

    /// The numbers of errors, in all operations.
    package var errors: [String: Int] {
        operations.values.reduce(into: [:]) { $0.merge($1.errors, uniquingKeysWith: +) }
    }

    /// The latencies of all answers.
    package var latency: Histogram { operations.values.reduce(into: Histogram()) { $0.add($1.latency) } }

    /// Counts an answer. The statuses 409, for something that no longer belongs to the worker, and 423, for a requested
    /// status change, are not errors.
    mutating func count(_ operation: FlamencoAPI.Operation, status: Int, after time: Duration) {
        operations[operation, default: Figures()].latency.add(Int(time / .microseconds(1)))
        if status >= 400, status != 409, status != 423 {
            operations[operation, default: Figures()].errors["status \(status)", default: 0] += 1
        }
    }

    /// Counts a request without an answer.
    mutating func count(_ operation: FlamencoAPI.Operation, failure: String) {
        operations[operation, default: Figures()].failures += 1
        operations[operation, default: Figures()].errors[failure, default: 0] += 1
    }

    // MARK: Output

    /// The rows of a table of all operations, the most frequent first.
    package var rows: [[String]] {
        let order = operations.sorted { ($1.value.requests, $0.key.rawValue) < ($0.value.requests, $1.key.rawValue) }
        var total = Figures()
        total.latency = latency
        total.errors = errors
        total.failures = operations.values.reduce(0) { $0 + $1.failures }
        return [["operation", "requests", "per second", "50 %", "99 %", "99.9 %", "longest", "errors"]]
            + order.map { row("\($0.key)", $0.value) } + [row("all", total)]
    }

    private func row(_ name: String, _ figures: Figures) -> [String] {
        let rate = duration > .zero ? Double(figures.requests) / (duration / .seconds(1)) : 0
        return [
            name, "\(figures.requests)", "\(Int(rate.rounded()))",
        ] + [0.5, 0.99, 0.999, 1].map { Self.text(figures.latency.value(at: $0)) }
            + ["\(figures.errors.values.reduce(0, +))"]
    }

    private static func text(_ microseconds: Int) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    /// Additional results, one line each.
    package var sentences: [String] {
        let seconds = max(duration / .seconds(1), 0.001)
        let rate = Double(completedTasks + failedTasks) / seconds
        var lines = [
            "workers: \(largestPresence) at once, for \(DurationText.text(duration))",
            "tasks: \(completedTasks) completed, \(failedTasks) failed, \(Int(rate.rounded())) per second",
        ]
        let errors = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !errors.isEmpty {
            lines.append("errors: " + errors.map { "\($0.value) × \($0.key)" }.joined(separator: ", "))
        }
        return lines
    }
}
