/// Why a program could not be started: what was being done for it, and what the system said.
package struct LaunchFailure: Error, Hashable, Sendable {
    /// The steps to a running program, in their order.
    package enum Step: UInt8, Sendable, CaseIterable {
        case controlGroup, fork, session, input, oomScore, nice, limits, user, workingDirectory, descriptors, execute
        /// The file is there, but what should read it (`#!` line, dynamic loader) is not.
        case interpreter
        /// The file is not among those that may be run, or did not stay there for long enough to be.
        case notAllowed
        /// The file has to be run by its path, and somebody else could put another file there.
        case untrustedPath
    }

    package var step: Step
    package var errno: Int32

    package init(step: Step, errno: Int32) {
        self.step = step
        self.errno = errno
    }
}
