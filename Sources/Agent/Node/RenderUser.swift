package import ExecutorKit
import System

/// The other user that programs run as: `run_as_user`.
package enum RenderUser {
    /// The value of the setting with which programs run as the agent's user.
    package static let none = "none"

    /// The capabilities needed by an agent that is not root: to switch to the user, and to end that user's processes
    /// (man 7 capabilities).
    package static let capabilities = ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"]
    private static let numbers: [Int32] = [7, 6, 5]

    /// Whether programs of this process can switch to another user. Capabilities that are not ambient would not be
    /// passed on to `task-supervisor`, which switches the user.
    static var canBeChangedTo: Bool {
        geteuid() == 0 || numbers.allSatisfy(Capabilities.isAmbient)
    }
}

extension Settings {
    /// The name of the user that programs run as; nil for the agent's.
    package var renderUser: String? { self.runAsUser == RenderUser.none ? nil : self.runAsUser }
}

extension ProgramUser {
    /// The user of ``Settings/renderUser``; nil without one.
    ///
    /// - Throws: ``SettingsError`` if there is no such user, or programs of this process cannot switch to it.
    package init?(renderUser name: String?) throws(SettingsError) {
        guard let name else { return nil }
        guard let user = ProgramUser(named: name) else {
            throw SettingsError("\"run_as_user\": there is no user \"\(name)\" on this machine")
        }
        guard geteuid() == user.id || RenderUser.canBeChangedTo else {
            throw SettingsError(
                "\"run_as_user\" is \"\(name)\", but this agent does not run as root or with the capabilities "
                    + "\(RenderUser.capabilities.joined(separator: ", ")): run \"flamenco-agent setup --render-user\", "
                    + "or set it to \"\(RenderUser.none)\"")
        }
        self = user
    }
}
