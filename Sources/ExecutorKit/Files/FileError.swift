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

    /// One sentence without a full stop.
    package var description: String {
        "cannot \(action): \(SystemErrorText.words(number))"
    }

    /// Whether it failed since something is at the destination.
    package var isAlreadyThere: Bool { number == EEXIST }

    /// Whether it failed since the two places are on different file systems.
    package var isOnAnotherFileSystem: Bool { number == EXDEV }

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
