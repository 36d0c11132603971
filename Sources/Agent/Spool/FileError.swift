import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A system call on a file that failed.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as in "write to".
    package let action: String
    /// The file or folder.
    package let path: String
    /// The error number of the system.
    package let number: Int32

    package init(_ action: String, _ path: String, number: Int32) {
        self.action = action
        self.path = path
        self.number = number
    }

    /// Whether the file or folder is not there.
    package var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

    /// What the system says about the error, in lower case.
    package var problem: String { SystemErrorText.words(number) }

    /// One sentence without a full stop.
    package var description: String { "cannot \(action) \(path): \(problem)" }
}
