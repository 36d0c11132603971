import System

/// The capabilities of this process (man 7 capabilities).
enum Privileges {
    private static let toSignalOthers: UInt64 = 1 << 5  // CAP_KILL

    /// Drops all capabilities except sending signals to processes of another user, which is needed to end their tree.
    ///
    /// Root keeps all: its privileges come with its user.
    static func keepSignalling() {
        guard geteuid() != 0, let rights = try? Capabilities.current() else { return }
        let kept = rights.permitted & toSignalOthers
        try? Capabilities(effective: kept, permitted: kept).apply()
    }

    /// Drops every capability in every set, so that the program to be executed has none.
    ///
    /// Changing the user is not sufficient: between two users other than root, it clears nothing. A program run as root
    /// gets root's capabilities when it is executed, whatever was dropped before, so root keeps them.
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
