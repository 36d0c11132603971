package import FlamencoAPI
import FoundationEssentials

/// A settings file: JSON5, so that it can have comments, with one object at the top.
package struct SettingsFile: Sendable {
    /// Where it was read.
    package let path: String
    /// What it says, by the names of the settings.
    package let values: [String: JSONValue]

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
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as CocoaError where error.code == .fileReadNoSuchFile: "there is no such file"
        case let error as CocoaError where error.code == .fileReadNoPermission: "permission denied"
        default: "not a readable file"
        }
    }
}
