import System

/// What this process may do beyond the rights of its user (man 7 capabilities).
enum Privileges {
    private static let toSignalOthers: UInt64 = 1 << 5  // CAP_KILL

    /// Gives up all but the right to signal processes of another user, without which their tree could not be ended.
    ///
    /// Root keeps all: its rights are those of its user.
    static func keepSignalling() {
        guard geteuid() != 0, let rights = try? Capabilities.current() else { return }
        let kept = rights.permitted & toSignalOthers
        try? Capabilities(effective: kept, permitted: kept).apply()
    }

    /// Gives up every right in every set, so that none passes to the program that is about to be executed.
    ///
    /// A change of the user alone would not do that: between two users who are not root it clears nothing. A program of root
    /// gets the rights of root by being executed, whatever was given up before, so root keeps them until then.
    static func giveUp() throws(SystemError) {
        try Capabilities.clearAmbient()
        var rights = Capabilities()
        if geteuid() == 0 {
            rights = try Capabilities.current()
            rights.inheritable = 0
        }
        try rights.apply()
    }
}
