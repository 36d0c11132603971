import ExecutorKit
import FileWork
package import FlamencoAPI
import FoundationEssentials
import System

/// A settings file: JSON5, which can have comments, with one object at the top.
package struct SettingsFile: Sendable {
    /// The path that it was read from.
    package let path: String
    /// Its values, by the names of the settings.
    package let values: [String: JSONValue]
    /// Folders and files on the way to it that others can write, for an agent that runs as root.
    package let warnings: [String]

    /// The file of this machine, which is read when no other is named.
    package static let usualPath = "/etc/flamenco-agent/settings.json5"

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read or is not valid.
    package init(path: String) throws(SettingsError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SettingsError("cannot read the settings file \(path): \(Self.reason(error))")
        }
        values = try Self.members(of: data, path)
        self.path = path
        warnings = geteuid() == 0 ? Self.doubts(about: path) : []
    }

    /// The members of the object in a settings file.
    ///
    /// - Throws: ``SettingsError`` that names the place, and shows its line.
    static func members(of data: Data, _ path: String) throws(SettingsError) -> [String: JSONValue] {
        do throws(JSONError) {
            return try JSON5Document.members(of: data)
        } catch {
            if isYAML(data, path) {
                throw SettingsError(
                    "the settings file \(path) is YAML, but settings are JSON5, as in {manager_url: \"http://…\"}; "
                        + "\"flamenco-agent migrate --from \(FilePath.parent(of: absolute(path)))\" converts a flamenco-worker.yaml"
                )
            }
            guard let place = error.location else {
                throw SettingsError("the settings file \(path) is not JSON5 with one object at the top: \(error)")
            }
            throw SettingsError(
                "\(path):\(place.line):\(place.column): the settings file is not valid JSON5: \(error.problem)",
                excerpt: excerpt(place))
        }
    }

    /// Whether somebody took the settings for those of Flamenco Worker, which are YAML.
    private static func isYAML(_ data: Data, _ path: String) -> Bool {
        if [".yaml", ".yml"].contains(where: path.lowercased().hasSuffix) { return true }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let first = lines.first(where: { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }) else {
            return false
        }
        return first == "---" || first.firstMatch(of: #/^[A-Za-z_]+:(\s|$)/#) != nil
    }

    /// The part of a line around a place, with a caret below the place.
    private static func excerpt(_ place: TextLocation) -> [String] {
        let start = max(place.column - 61, 0)
        let caret = String(repeating: " ", count: place.column - 1 - start) + "^"
        return [String(place.text.dropFirst(start).prefix(90)), caret].map { "    " + $0 }
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func doubts(about path: String) -> [String] {
        // A file that cannot be examined was not read either.
        return ((try? PathTrust().doubts(about: absolute(path))) ?? []).map { doubt in
            "\(doubt.path): \(doubt.who) can write it, and the agent runs as root: "
                + (doubt.isCustomary
                    ? "make sure that only administrators are in that group"
                    : "the next version will refuse the settings file \(path) for this reason")
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
    /// The settings file to use: the one that is named, else the user's own, else that of the machine; absent when none is
    /// named and neither exists.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read, or a named one does not exist.
    package static func locate(
        named path: String?, environment: [String: String]
    ) throws(SettingsError) -> SettingsFile? {
        if let path = path ?? environment["FLAMENCO_AGENT_SETTINGS"] { return try SettingsFile(path: path) }
        let candidates = [configHome(environment).map { $0 + "/flamenco-agent/settings.json5" }, usualPath].compactMap(
            \.self)
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
        return try SettingsFile(path: path)
    }

    /// The settings file to write when none is named: for root that of the machine, for others their own.
    ///
    /// - Throws: ``SettingsError`` when there is no home directory.
    package static func pathToWrite(environment: [String: String]) throws(SettingsError) -> String {
        if geteuid() == 0 { return usualPath }
        guard let configHome = configHome(environment) else {
            throw SettingsError("there is no folder for the settings: name a file with --settings, or set HOME")
        }
        return configHome + "/flamenco-agent/settings.json5"
    }

    /// Writes a new settings file, and the folders above it.
    ///
    /// - Throws: ``SettingsError`` when it exists already, or cannot be written.
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
