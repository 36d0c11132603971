/// Why an executor that is not part of the agent is left out.
package struct ExecutorFault: Error, Hashable, Sendable, Encodable, CustomStringConvertible {
    /// The file or folder that is at fault.
    package let path: String
    /// What is wrong with it, without a full stop.
    package let reason: String

    package init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// One sentence without a full stop.
    package var description: String { "\(path): \(reason)" }
}
