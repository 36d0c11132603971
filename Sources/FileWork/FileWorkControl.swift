/// A file operation failed for another reason than a system call.
package struct FileWorkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A file operation is not allowed by the operator: the rule as text, for example "/a is not in "allowed_paths"".
package struct FileRefusalError: Error, Hashable, Sendable {
    package let rule: String

    package init(_ rule: String) { self.rule = rule }
}

/// A file operation was stopped as requested.
package struct FileWorkStoppedError: Error, Hashable, Sendable {
    package init() {}
}

/// The callbacks of a file operation in progress.
package struct FileWorkControl {
    private let isStopped: () -> Bool
    private let tell: (FileProgress) -> Void

    /// - Parameters:
    ///   - isStopped: whether the operation is no longer wanted; called between long steps.
    ///   - progress: receives the progress of a copy.
    package init(isStopped: @escaping () -> Bool = { false }, progress: @escaping (FileProgress) -> Void = { _ in }) {
        self.isStopped = isStopped
        tell = progress
    }

    /// - Throws: ``FileWorkStoppedError`` if the operation is no longer wanted.
    func check() throws(FileWorkStoppedError) {
        if isStopped() { throw FileWorkStoppedError() }
    }

    func copied(_ bytes: Int, of total: Int64? = nil) { tell(FileProgress(bytes: Int64(bytes), total: total)) }
}

/// The progress of a copy.
package struct FileProgress: Hashable, Sendable {
    /// Bytes copied since the last report.
    package var bytes: Int64
    /// The total number of bytes to copy; nil if unknown.
    package var total: Int64?
}
