/// Work on files that failed for a reason of its own.
package struct FileWorkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Work on files that the operator does not allow: the rule in words, as in "/a is in none of “allowed_paths”".
package struct FileRefusalError: Error, Hashable, Sendable {
    package let rule: String

    package init(_ rule: String) { self.rule = rule }
}

/// Work on files that was told to stop, and did.
package struct FileWorkStoppedError: Error, Hashable, Sendable {
    package init() {}
}

/// What work on files asks and tells while it goes on.
package struct FileWorkControl {
    private let isStopped: () -> Bool
    private let tell: (FileProgress) -> Void

    /// - Parameters:
    ///   - isStopped: whether the work is no longer wanted; asked between steps that take long.
    ///   - progress: told how a copy gets on.
    package init(isStopped: @escaping () -> Bool = { false }, progress: @escaping (FileProgress) -> Void = { _ in }) {
        self.isStopped = isStopped
        tell = progress
    }

    /// - Throws: ``FileWorkStoppedError`` once the work is no longer wanted.
    func check() throws(FileWorkStoppedError) {
        if isStopped() { throw FileWorkStoppedError() }
    }

    func copied(_ bytes: Int, of total: Int64? = nil) { tell(FileProgress(bytes: Int64(bytes), total: total)) }
}

/// How a copy gets on.
package struct FileProgress: Hashable, Sendable {
    /// Bytes copied since the last time.
    package var bytes: Int64
    /// Bytes to copy in all; absent where nobody counted them.
    package var total: Int64?
}
