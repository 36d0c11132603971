/// The agent's own log, for the operator of the node. What programs print goes into task logs, not here.
package struct Log: Sendable {
    /// How much a line matters, in rising order.
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private let minimum: Level
    private let write: @Sendable (Level, String) -> Void

    /// A log that hands every line of at least `minimum` to `write`, from any thread.
    package init(minimum: Level = .info, write: @escaping @Sendable (Level, String) -> Void) {
        self.minimum = minimum
        self.write = write
    }

    /// A log that nobody reads.
    package static let silent = Log(minimum: .error) { _, _ in }

    package func debug(_ message: @autoclosure () -> String) { log(.debug, message) }
    package func info(_ message: @autoclosure () -> String) { log(.info, message) }
    package func warning(_ message: @autoclosure () -> String) { log(.warning, message) }
    package func error(_ message: @autoclosure () -> String) { log(.error, message) }

    private func log(_ level: Level, _ message: () -> String) {
        if level >= minimum { write(level, message()) }
    }
}
