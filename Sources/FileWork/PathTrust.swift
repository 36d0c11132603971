package import System

/// Checks who, besides root and the agent's user, can change what a path refers to: the file itself, and every folder
/// and symbolic link on the way to it.
package struct PathTrust: Sendable {
    /// Another user can change something.
    package struct Doubt: Hashable, Sendable {
        /// The file, folder or link that can be changed.
        package let path: String
        /// By whom, for example `everybody` or `group 50`.
        package let who: String
        /// Whether this is the system's default: Debian makes `/usr/local` writable for the group `staff`.
        package let isCustomary: Bool
    }

    /// The user whose files are trusted like those of root.
    package var user: UInt32
    /// The folder, including its content, that a group of administrators may write by default.
    package var localFolder = "/usr/local"
    /// That group.
    package var localGroup: UInt32? = 50

    /// - Parameter user: the agent's user.
    package init(user: UInt32 = 0) { self.user = user }

    /// Whether nobody else can replace the file at a path, apart from system defaults. False if a component of the path
    /// is not accessible.
    package func holds(for path: String) -> Bool {
        (try? doubts(about: path))?.allSatisfy(\.isCustomary) ?? false
    }

    /// Returns the doubts about a path and the way to it, starting from the root; none for a missing file.
    package func doubts(about path: String) throws(FileError) -> [Doubt] {
        var doubts: [Doubt] = []
        var isSticky = false
        for (place, status) in try PhysicalPath.way(to: path) {
            // A link is as safe as its folder; in a sticky one, its owner can replace it.
            if status.kind != .link || isSticky, let doubt = doubt(about: status, at: place) { doubts.append(doubt) }
            isSticky = status.isSticky
        }
        return doubts
    }

    /// Returns whether others can change the entry at this place, apart from the folders above it.
    package func doubt(about status: FileStatus, at place: String) -> Doubt? {
        func doubt(_ who: String, isCustomary: Bool = false) -> Doubt {
            Doubt(path: place, who: who, isCustomary: isCustomary)
        }
        guard status.owner == 0 || status.owner == user else { return doubt("user \(status.owner)") }
        // Files of root cannot be removed by others from a folder with the sticky bit, such as /tmp; the next component
        // must belong to root for that. Links have no permissions of their own.
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
