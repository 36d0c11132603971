/// What is counted of an agent besides its status, since its start.
package struct StatusCounts: Hashable, Sendable {
    /// How long the manager did not answer, in all.
    package var outageSeconds = 0.0
    /// Warnings and errors of the log, by level.
    package var problems: [String: Int] = [:]
    /// Requests to the manager.
    package var requests: [ManagerRequestKind: Int] = [:]
}

/// Requests to the manager that are counted together.
package struct ManagerRequestKind: Hashable, Comparable, Sendable {
    /// The name of the operation in the contract.
    package var operation: String
    /// The status of the answer; nil when there was none.
    package var status: Int?

    package static func < (left: Self, right: Self) -> Bool {
        (left.operation, left.status ?? 0) < (right.operation, right.status ?? 0)
    }
}
