/// Why a system call failed: an error number (errno(3)).
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// What the system says of it, for the middle of a sentence: `permission denied`.
    package var description: String { String(cString: strerror(number)).lowercased() }

    /// The error of the call that has just failed.
    static var last: SystemError { SystemError(errno) }

    /// Whether there is nothing of that name.
    package var isMissing: Bool { number == ENOENT }

    /// Whether what was named is not there, or its path leads through something that is no folder.
    package var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

    /// Whether something is there already.
    package var isAlreadyThere: Bool { number == EEXIST }

    /// Whether a call that must not wait would have had to.
    package var wouldBlock: Bool { number == EAGAIN || number == EWOULDBLOCK }
}

/// A call on files that the system refused.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as in "open /a/b".
    package let action: String
    /// The error number of the system.
    package let number: Int32

    package init(_ action: String, _ number: Int32) {
        self.action = action
        self.number = number
    }

    /// What the system says about the error, in lower case.
    package var problem: String { SystemError(number).description }

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
    package var isNoFolder: Bool { number == ENOTDIR }

    /// Whether it failed since a symbolic link stood where none may be followed.
    package var isLink: Bool { number == ELOOP }

    /// Calls `body`.
    ///
    /// - Parameter action: what it does, for the error.
    /// - Throws: ``FileError`` in place of its ``SystemError``.
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

/// The result of a call that says -1 when it fails.
@discardableResult
func checked<Result: SignedInteger>(_ result: Result) throws(SystemError) -> Result {
    if result == -1 { throw SystemError.last }
    return result
}

/// The result of a call that a signal may interrupt (`man 7 signal`, EINTR): it is made again until none did.
@discardableResult
func retrying<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let number = errno
        if number != EINTR { throw SystemError(number) }
    }
}
