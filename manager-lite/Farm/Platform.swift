/// The operating systems that values of variables can be for, by the names that Flamenco gives them.
package enum Platform: String, CaseIterable, Codable, Hashable, Sendable {
    case linux
    case darwin
    case windows

    /// The one that this program runs on.
    package static let own = Platform.linux

    /// The platform that somebody named; `manager` is the manager's own (Flamenco 3: `submitter_platform`). Nothing when
    /// it is one that no variable has a value for.
    init?(named name: String) {
        if name == "manager" {
            self = .own
        } else {
            self.init(rawValue: name.lowercased())
        }
    }

    /// Whether paths have backslashes.
    var hasBackslashes: Bool { self == .windows }

    /// Whether text is the whole path of a folder that is not the root of everything.
    package func isFolderBelowRoot(_ text: String) -> Bool {
        let folder = folder(text)
        guard hasBackslashes else { return folder.hasPrefix("/") }
        let start = Array(folder.prefix(2))
        return folder.hasPrefix("//") || start.count == 2 && start[0].isLetter && start[1] == ":"
    }

    /// A path with the separators of the platform.
    func path(_ path: String) -> String {
        guard hasBackslashes else { return path }
        // A drive alone would be whichever folder is the current one there.
        return path.replacing("/", with: "\\") + (path.count == 2 && path.hasSuffix(":") ? "\\" : "")
    }

    /// A path with slashes, without those at its end.
    func folder(_ path: String) -> String {
        var folder = slashes(path)
        while folder.hasSuffix("/") { folder.removeLast() }
        return folder
    }

    /// What follows in a path after a folder without separators at its end, with slashes; nothing when the path is not in
    /// the folder: `/rendering` is not in `/render`.
    func rest(of path: String, below folder: String) -> String? {
        let path = slashes(path)
        let head = path.prefix(folder.count)
        // On every platform, as in Flamenco since 3.7: one folder has one name, in whatever case people write it.
        let isSame = head.lowercased() == folder.lowercased()
        let rest = path.dropFirst(folder.count)
        return isSame && (rest.isEmpty || rest.hasPrefix("/")) ? String(rest) : nil
    }

    private func slashes(_ path: String) -> String {
        hasBackslashes ? path.replacing("\\", with: "/") : path
    }
}
