import ExecutorKit
import FileWork
package import FlamencoAPI
import FoundationEssentials
import System

/// A settings file: JSON5, so that it can have comments, with one object at the top.
package struct SettingsFile: Sendable {
    /// Where it was read.
    package let path: String
    /// What it says, by the names of the settings.
    package let values: [String: JSONValue]
    /// Where an agent that is root would let somebody else decide what it does: what others can write on the way to the file.
    package let warnings: [String]

    /// Where an agent of this machine looks when nobody names a file.
    package static let usualPath = "/etc/flamenco-agent/settings.json5"

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read or is not JSON5.
    package init(path: String) throws(SettingsError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SettingsError("cannot read the settings file \(path): \(Self.reason(error))")
        }
        do throws(JSONError) {
            values = try JSON5Document.members(of: data)
        } catch {
            throw SettingsError(
                "the settings file \(path) is not JSON5 with one object at the top: \(error)")
        }
        self.path = path
        warnings = geteuid() == 0 ? Self.doubts(about: path) : []
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func doubts(about path: String) -> [String] {
        // What cannot be looked at was not read either.
        return ((try? PathTrust().doubts(about: absolute(path))) ?? []).map { doubt in
            "\(doubt.path): \(doubt.who) can write it, and the agent runs as root: "
                + (doubt.isCustomary
                    ? "see that only administrators are in that group"
                    : "the next version will not read the settings file \(path) for that")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as CocoaError where error.code == .fileReadNoSuchFile: "there is no such file"
        case let error as CocoaError where error.code == .fileReadNoPermission: "permission denied"
        default: "not a readable file"
        }
    }
}

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
        do {
            try FilePolicy().makeFolders(FilePath.parent(of: absolute(path)))
            try FileError.during("write \(path)") { () throws(SystemError) in
                try Descriptor(opening: path, [.write, .create, .exclusive], permissions: 0o666).writeAll(text)
            }
        } catch {
            let reason = (error as? FileError)?.problem ?? "\(error)"
            throw SettingsError("cannot write the settings file \(path): \(reason)")
        }
    }

    private static func configHome(_ environment: [String: String]) -> String? {
        environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
    }
}
