import ExecutorKit
import FileWork
package import FlamencoAPI
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        do throws(JSONProblem) {
            values = try JSON5Document.members(of: data)
        } catch {
            throw SettingsError(
                "the settings file \(path) is not JSON5 with one object at the top: \(error)")
        }
        self.path = path
        warnings = geteuid() == 0 ? Self.doubts(about: path) : []
    }

    private static func doubts(about path: String) -> [String] {
        let place = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        // What cannot be looked at was not read either.
        return ((try? PathTrust().doubts(about: place)) ?? []).map { doubt in
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
