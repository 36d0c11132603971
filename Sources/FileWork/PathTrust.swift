package import System

/// Who, besides root and the user of the agent, can change what a path leads to: the file itself, and every folder and
/// symbolic link on the way to it.
package struct PathTrust: Sendable {
    /// Somebody can.
    package struct Doubt: Hashable, Sendable {
        /// The file, folder or link that can be changed.
        package let path: String
        /// By whom, as in `everybody` or `group 50`.
        package let who: String
        /// Whether the system itself has it so: Debian gives `/usr/local` to the group `staff`.
        package let isCustomary: Bool
    }

    /// The user whose files are trusted like those of root.
    package var user: UInt32
    /// The folder that a group of administrators may write by custom, with all in it.
    package var localFolder = "/usr/local"
    /// That group.
    package var localGroup: UInt32? = 50

    /// - Parameter user: the user of the agent.
    package init(user: UInt32 = 0) { self.user = user }

    /// Whether nobody else can put another file at the end of a path: there is nothing to doubt but what is so by custom. False
    /// when a part of the way cannot be looked at.
    package func holds(for path: String) -> Bool {
        (try? doubts(about: path))?.allSatisfy(\.isCustomary) ?? false
    }

    /// What there is to doubt on the way to a path and at its end, from the root on; nothing for what is not there.
    package func doubts(about path: String) throws(FileError) -> [Doubt] {
        var doubts: [Doubt] = []
        var isSticky = false
        for (place, status) in try PhysicalPath.way(to: path) {
            // A link is as safe as its folder; in a sticky one its owner can replace it.
            if status.kind != .link || isSticky, let doubt = doubt(about: status, at: place) { doubts.append(doubt) }
            isSticky = status.isSticky
        }
        return doubts
    }

    /// Whether others can change what is at this place, apart from the folders above it.
    package func doubt(about status: FileStatus, at place: String) -> Doubt? {
        func doubt(_ who: String, isCustomary: Bool = false) -> Doubt {
            Doubt(path: place, who: who, isCustomary: isCustomary)
        }
        guard status.owner == 0 || status.owner == user else { return doubt("user \(status.owner)") }
        // Nobody can take away what is root's from a folder with the sticky bit, such as /tmp; what follows on the way has to
        // be root's for that. Links have no permissions of their own.
        if status.isSticky || status.kind == .link { return nil }
        if status.permissions & 0o002 != 0 { return doubt("everybody") }
        guard status.permissions & 0o020 != 0 else { return nil }
        let isLocal = place == localFolder || place.hasPrefix(localFolder + "/")
        return doubt(
            "group \(status.group)", isCustomary: isLocal && status.kind == .folder && status.group == localGroup)
    }
}

extension FileStatus {
    fileprivate var isSticky: Bool { kind == .folder && permissions & 0o1000 != 0 }
}
