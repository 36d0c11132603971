import FoundationEssentials
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SettingsFile {
    /// The settings file that counts: the one that somebody named, else the user's own, else the machine's; absent when
    /// nobody named one and neither is there.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read, or a named one is not there.
    package static func locate(
        named path: String?, environment: [String: String]
    ) throws(SettingsError) -> SettingsFile? {
        if let path = path ?? environment["FLAMENCO_AGENT_SETTINGS"] { return try SettingsFile(path: path) }
        let candidates = [configHome(environment).map { $0 + "/flamenco-agent/settings.json5" }, usualPath].compactMap(
            \.self)
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
        return try SettingsFile(path: path)
    }

    /// Where a settings file is written when nobody names one: for root the machine's, for others their own.
    ///
    /// - Throws: ``SettingsError`` when there is no home.
    package static func pathToWrite(environment: [String: String]) throws(SettingsError) -> String {
        if geteuid() == 0 { return usualPath }
        guard let configHome = configHome(environment) else {
            throw SettingsError("there is no folder to write settings to: say --settings, or set HOME")
        }
        return configHome + "/flamenco-agent/settings.json5"
    }

    /// Writes a new settings file, and the folders above it.
    ///
    /// - Throws: ``SettingsError`` when it is there already, or cannot be written.
    package static func write(_ text: String, to path: String) throws(SettingsError) {
        let file = URL(filePath: path)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .withoutOverwriting)
        } catch {
            throw SettingsError(
                "cannot write the settings file \(path): \(SystemErrorText.words(errno))")
        }
    }

    private static func configHome(_ environment: [String: String]) -> String? {
        environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
    }
}
