/// Why a system call failed: an error number (errno(3)).
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// The system's error message, for use within a sentence: `permission denied`.
    package var description: String { String(cString: strerror(number)).lowercased() }

    /// The error of the call that has just failed.
    static var last: SystemError { SystemError(errno) }

    /// Whether the file does not exist.
    package var isMissing: Bool { number == ENOENT }

    /// Whether the file does not exist, or its path contains something that is not a folder.
    package var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

    /// Whether the file already exists.
    package var isAlreadyThere: Bool { number == EEXIST }

    /// Whether a non-blocking call would have had to block.
    package var wouldBlock: Bool { number == EAGAIN || number == EWOULDBLOCK }
}

/// A failed call on files.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The action, for example "open /a/b".
    package let action: String
    /// The error number.
    package let number: Int32

    package init(_ action: String, _ number: Int32) {
        self.action = action
        self.number = number
    }

    /// The system's error message, in lower case.
    package var problem: String { SystemError(number).description }

    /// One sentence without a full stop.
    package var description: String { "cannot \(action): \(problem)" }

    /// Whether the destination already exists.
    package var isAlreadyThere: Bool { number == EEXIST }

    /// Whether the two places are on different file systems.
    package var isOnAnotherFileSystem: Bool { number == EXDEV }

    /// Whether the file does not exist, or its path contains something that is not a folder.
    package var isAbsence: Bool { isMissing || isNoFolder }

    /// Whether the file does not exist.
    package var isMissing: Bool { number == ENOENT }

    /// Whether the path contains something that is not a folder.
    package var isNoFolder: Bool { number == ENOTDIR }

    /// Whether a symbolic link was found where none may be followed.
    package var isLink: Bool { number == ELOOP }

    /// Calls `body`.
    ///
    /// - Parameter action: the action of `body`, for the error.
    /// - Throws: ``FileError`` instead of its ``SystemError``.
    @discardableResult
    package static func during<Value: ~Copyable>(
        _ action: @autoclosure () -> String, _ body: () throws(SystemError) -> Value
    ) throws(FileError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw FileError(action(), error.number)
        }
    }
}

// MARK: Results of calls

/// Checks the result of a call that returns -1 on failure.
@discardableResult
func checked<Result: SignedInteger>(_ result: Result) throws(SystemError) -> Result {
    if result == -1 { throw SystemError.last }
    return result
}

/// Repeats a call until it is not interrupted by a signal (`man 7 signal`, EINTR), and checks its result.
@discardableResult
func retrying<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let number = errno
        if number != EINTR { throw SystemError(number) }
    }
}
