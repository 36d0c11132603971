import System

/// A user of this machine that programs run as. Needs an agent that runs as root.
package struct ProgramUser: Hashable, Sendable {
    /// The login name.
    package var name: String
    /// The numeric id.
    package var id: UInt32
    /// The numeric id of the main group.
    package var group: UInt32
    /// The numeric ids of all groups, the main one included.
    package var groups: [UInt32]
    /// The home directory.
    package var home: String

    /// A user put together by hand.
    package init(name: String, id: UInt32, group: UInt32, groups: [UInt32], home: String) {
        self.name = name
        self.id = id
        self.group = group
        self.groups = groups
        self.home = home
    }

    /// The user of this name, from the user database; nil when there is none.
    package init?(named name: String) {
        guard let user = SystemUser(named: name) else { return nil }
        self.init(name: name, id: user.id, group: user.group, groups: user.groups, home: user.home)
    }
}
