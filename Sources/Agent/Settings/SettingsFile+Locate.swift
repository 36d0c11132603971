import FoundationEssentials

extension SettingsFile {
    /// The settings file that counts: the one that somebody named, else the user's own, else the machine's; absent when
    /// nobody named one and neither is there.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read, or a named one is not there.
    package static func locate(
        named path: String?, environment: [String: String]
    ) throws(SettingsError) -> SettingsFile? {
        if let path = path ?? environment["FLAMENCO_AGENT_SETTINGS"] { return try SettingsFile(path: path) }
        let configHome = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        let candidates = [configHome.map { $0 + "/flamenco-agent/settings.json5" }, usualPath].compactMap(\.self)
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
        return try SettingsFile(path: path)
    }
}
