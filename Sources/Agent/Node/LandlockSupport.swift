import System

/// What the kernel knows of Landlock, by which programs are kept in the sandbox (man 7 landlock).
struct LandlockSupport: Hashable, Sendable {
    /// The version of the ABI; 0 where there is none.
    let version: Int32
    /// Why there is none; absent where there is one.
    let absence: String?

    /// Before it, programs could empty each file that their user may write.
    static let holdsTruncation: Int32 = 3
    /// Before it, connections over TCP cannot be held.
    static let holdsTCP: Int32 = 4
    /// Before it, programs reach sockets without a path and can signal what is outside.
    static let holdsSignals: Int32 = 6
    /// Before it, programs can connect to sockets by their path.
    static let holdsSockets: Int32 = 9

    /// What this kernel knows.
    static var ofKernel: LandlockSupport {
        do throws(SystemError) {
            return LandlockSupport(version: try LandlockRuleset.version(), absence: nil)
        } catch {
            let absence =
                switch error.number {
                case ENOSYS: "this kernel has no Landlock, which Linux has since 5.13"
                case EOPNOTSUPP: "Landlock is off: “lsm=” on the command line of the kernel leaves it out"
                default: "Landlock cannot be used here: \(error)"
                }
            return LandlockSupport(version: 0, absence: absence)
        }
    }

    /// Checks that it is enough for a sandbox.
    ///
    /// - Parameters:
    ///   - hasOtherUser: whether programs run as another user than the agent.
    ///   - limitsTCP: whether they may connect to some ports alone.
    /// - Throws: ``SettingsError`` when it is not.
    func require(hasOtherUser: Bool, limitsTCP: Bool) throws(SettingsError) {
        if let absence { throw SettingsError("“sandbox” is “paths”, but \(absence)") }
        guard version >= Self.holdsTruncation || hasOtherUser else {
            throw SettingsError(
                "“sandbox” is “paths”: expected ABI \(Self.holdsTruncation) of Landlock (Linux 6.2) or another user in "
                    + "“run_as_user”, but this kernel has ABI \(version), where programs could empty the agent's files")
        }
        guard version >= Self.holdsTCP || !limitsTCP else {
            throw SettingsError(
                "“sandbox_tcp_ports” needs ABI \(Self.holdsTCP) of Landlock (Linux 6.7), but this kernel has ABI \(version)"
            )
        }
    }

    /// What it does not hold that later versions do, as parts of a sentence.
    var gaps: [String] {
        var gaps: [String] = []
        if version < Self.holdsTruncation { gaps.append("emptying files that the user of programs may write") }
        if version < Self.holdsSignals { gaps.append("signals and abstract sockets") }
        if version < Self.holdsSockets { gaps.append("connecting to sockets by path") }
        return gaps
    }
}
