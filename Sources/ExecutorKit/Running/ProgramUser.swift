import System

/// A user of this machine that programs run as. Requires an agent that runs as root.
package struct ProgramUser: Hashable, Sendable {
    /// The login name.
    package var name: String
    /// The user ID.
    package var id: UInt32
    /// The ID of the primary group.
    package var group: UInt32
    /// The IDs of all groups, including the primary one.
    package var groups: [UInt32]
    /// The home directory.
    package var home: String

    /// Creates a user from these values.
    package init(name: String, id: UInt32, group: UInt32, groups: [UInt32], home: String) {
        self.name = name
        self.id = id
        self.group = group
        self.groups = groups
        self.home = home
    }

    /// Looks up a user by name in the user database; nil if there is none.
    package init?(named name: String) {
        guard let user = SystemUser(named: name) else { return nil }
        self.init(name: name, id: user.id, group: user.group, groups: user.groups, home: user.home)
    }
}
