import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A call on files that the system refused.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as in "open /a/b".
    package let action: String
    /// The error number of the system.
    package let number: Int32

    /// A call that just failed with `errno`.
    package init(_ action: String, _ number: Int32 = errno) {
        self.action = action
        self.number = number
    }

    /// What the system says about the error, in lower case.
    package var problem: String { SystemErrorText.words(number) }

    /// One sentence without a full stop.
    package var description: String { "cannot \(action): \(problem)" }

    /// Whether it failed since something is at the destination.
    package var isAlreadyThere: Bool { number == EEXIST }

    /// Whether it failed since the two places are on different file systems.
    package var isOnAnotherFileSystem: Bool { number == EXDEV }

    /// Whether the file or folder is not there, or what its path leads through is no folder.
    package var isAbsence: Bool { isMissing || isNoFolder }

    /// Whether it failed since there is nothing of that name.
    package var isMissing: Bool { number == ENOENT }

    /// Whether it failed since something in its path is a file.
    var isNoFolder: Bool { number == ENOTDIR }

    /// Whether it failed since a symbolic link stood where none may be followed.
    var isLink: Bool { number == ELOOP }

    /// The result of a system call, again and again while signals interrupt it.
    ///
    /// - Throws: the error when the result is negative.
    @discardableResult
    static func check<Result: SignedInteger>(
        _ action: @autoclosure () -> String, _ call: () -> Result
    ) throws(FileError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw FileError(action(), number) }
        }
    }
}

/// Work on files that failed for a reason of its own.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Work on files that the operator does not allow: the rule in words, as in "/a is in none of “allowed_paths”".
package struct FileRefusal: Error, Hashable, Sendable {
    package let rule: String

    package init(_ rule: String) { self.rule = rule }
}

/// Work on files that was told to stop, and did.
package struct FileWorkStopped: Error, Hashable, Sendable {
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

    /// - Throws: ``FileWorkStopped`` once the work is no longer wanted.
    func check() throws(FileWorkStopped) {
        if isStopped() { throw FileWorkStopped() }
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
