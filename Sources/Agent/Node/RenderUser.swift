package import ExecutorKit
import System

/// The other user whom programs run as: `run_as_user`.
package enum RenderUser {
    /// What the setting says where programs run as the agent's user.
    package static let none = "none"

    /// What an agent needs that is not root: to change to the user, and to end what runs as that user (man 7 capabilities).
    package static let capabilities = ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"]
    private static let numbers: [Int32] = [7, 6, 5]

    /// Whether programs of this process can become another user. What is not ambient would not come through to
    /// `task-supervisor`, which changes the user.
    static var canBeChangedTo: Bool {
        geteuid() == 0 || numbers.allSatisfy(Capabilities.isAmbient)
    }
}

extension Settings {
    /// The name of the user whom programs run as; absent for the agent's.
    package var renderUser: String? { self.runAsUser == RenderUser.none ? nil : self.runAsUser }
}

extension ProgramUser {
    /// The user of ``Settings/renderUser``; nil without one.
    ///
    /// - Throws: ``SettingsError`` when there is no such user, or programs of this process cannot become one.
    package init?(renderUser name: String?) throws(SettingsError) {
        guard let name else { return nil }
        guard let user = ProgramUser(named: name) else {
            throw SettingsError("“run_as_user”: there is no user “\(name)” on this machine")
        }
        guard geteuid() == user.id || RenderUser.canBeChangedTo else {
            throw SettingsError(
                "“run_as_user” is “\(name)”, but this agent does not run as root or with the capabilities "
                    + "\(RenderUser.capabilities.joined(separator: ", ")): run “flamenco-agent setup --render-user”, "
                    + "or set it to “\(RenderUser.none)”")
        }
        self = user
    }
}
