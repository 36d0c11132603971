import System

/// The kernel's support for Landlock, which enforces the sandbox of programs (man 7 landlock).
struct LandlockSupport: Hashable, Sendable {
    /// The version of the ABI; 0 without support.
    let version: Int32
    /// Why there is no support; nil if there is.
    let absence: String?

    /// In earlier versions, programs could empty every file that their user may write.
    static let holdsTruncation: Int32 = 3
    /// In earlier versions, TCP connections cannot be restricted.
    static let holdsTCP: Int32 = 4
    /// In earlier versions, programs can use abstract sockets and signal processes outside the sandbox.
    static let holdsSignals: Int32 = 6
    /// In earlier versions, programs can connect to sockets by path.
    static let holdsSockets: Int32 = 9

    /// The support of the running kernel.
    static var ofKernel: LandlockSupport {
        do throws(SystemError) {
            return LandlockSupport(version: try LandlockRuleset.version(), absence: nil)
        } catch {
            let absence =
                switch error.number {
                case ENOSYS: "this kernel has no Landlock (added in Linux 5.13)"
                case EOPNOTSUPP: "Landlock is disabled: \"lsm=\" on the kernel command line does not include it"
                default: "Landlock cannot be used here: \(error)"
                }
            return LandlockSupport(version: 0, absence: absence)
        }
    }

    /// Checks that the support is sufficient for a sandbox.
    ///
    /// - Parameters:
    ///   - hasOtherUser: whether programs run as another user than the agent.
    ///   - limitsTCP: whether they may only connect to some ports.
    /// - Throws: ``SettingsError`` if it is not.
    func require(hasOtherUser: Bool, limitsTCP: Bool) throws(SettingsError) {
        if let absence { throw SettingsError("\"sandbox\" is \"paths\", but \(absence)") }
        guard version >= Self.holdsTruncation || hasOtherUser else {
            throw SettingsError(
                "\"sandbox\" is \"paths\": expected ABI \(Self.holdsTruncation) of Landlock (Linux 6.2) or another user in "
                    + "\"run_as_user\", but this kernel has ABI \(version), where programs could empty the agent's files"
            )
        }
        guard version >= Self.holdsTCP || !limitsTCP else {
            throw SettingsError(
                "\"sandbox_tcp_ports\" needs ABI \(Self.holdsTCP) of Landlock (Linux 6.7), but this kernel has ABI \(version)"
            )
        }
    }

    /// What it does not restrict, unlike later versions, as parts of a sentence.
    var gaps: [String] {
        var gaps: [String] = []
        if version < Self.holdsTruncation { gaps.append("truncating files that the user of programs may write") }
        if version < Self.holdsSignals { gaps.append("signals and abstract sockets") }
        if version < Self.holdsSockets { gaps.append("connecting to sockets by path") }
        return gaps
    }
}
