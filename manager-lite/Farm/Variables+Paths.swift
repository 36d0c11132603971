package import FlamencoAPI

/// From paths to two-way variables.
extension Variables {
    /// Text from a submitter: a path in the folder of a two-way variable becomes the variable and the rest of the path, with
    /// slashes; all else stays as it is. Of several folders the longest counts.
    package func collapse(_ text: String, from platform: String) -> String {
        guard let platform = Platform(named: platform) else { return text }
        var best: (length: Int, text: String)?
        for name in twoWayNames {
            guard let value = value(of: name, on: platform.rawValue, for: .users) else { continue }
            let folder = platform.folder(value)
            guard !folder.isEmpty, folder.count > best?.length ?? 0, let rest = platform.rest(of: text, below: folder)
            else { continue }
            best = (folder.count, "{\(name)}\(rest)")
        }
        return best?.text ?? text
    }

    /// The same for all strings in a value, however deep.
    package func collapse(_ value: JSONValue, from platform: String) -> JSONValue {
        value.mapStrings { collapse($0, from: platform) }
    }
}
