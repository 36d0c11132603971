/// The operating systems that values of variables can be for, as named by Flamenco.
package enum Platform: String, CaseIterable, Codable, Hashable, Sendable {
    case linux
    case darwin
    case windows

    /// The platform of this program.
    package static let own = Platform.linux

    /// Parses the name of a platform; `manager` is the manager's own (Flamenco 3: `submitter_platform`). Nil for a
    /// platform that no variable has a value for.
    init?(named name: String) {
        if name == "manager" {
            self = .own
        } else {
            self.init(rawValue: name.lowercased())
        }
    }

    /// Whether paths have backslashes.
    var hasBackslashes: Bool { self == .windows }

    /// Whether a text is the absolute path of a folder other than a root.
    package func isFolderBelowRoot(_ text: String) -> Bool {
        let folder = folder(text)
        guard hasBackslashes else { return folder.hasPrefix("/") }
        let start = Array(folder.prefix(2))
        return folder.hasPrefix("//") || start.count == 2 && start[0].isLetter && start[1] == ":"
    }

    /// Returns a path with the separators of the platform.
    func path(_ path: String) -> String {
        guard hasBackslashes else { return path }
        // A drive without a path would refer to its current folder.
        return path.replacing("/", with: "\\") + (path.count == 2 && path.hasSuffix(":") ? "\\" : "")
    }

    /// Returns a path with slashes, without trailing ones.
    func folder(_ path: String) -> String {
        var folder = slashes(path)
        while folder.hasSuffix("/") { folder.removeLast() }
        return folder
    }

    /// Returns the rest of a path below a folder without a trailing separator, with slashes; nil if the path is not in
    /// the folder: `/rendering` is not in `/render`.
    func rest(of path: String, below folder: String) -> String? {
        let path = slashes(path)
        let head = path.prefix(folder.count)
        // On every platform, as in Flamenco since 3.7: case is ignored.
        let isSame = head.lowercased() == folder.lowercased()
        let rest = path.dropFirst(folder.count)
        return isSame && (rest.isEmpty || rest.hasPrefix("/")) ? String(rest) : nil
    }

    private func slashes(_ path: String) -> String {
        hasBackslashes ? path.replacing("\\", with: "/") : path
    }
}
