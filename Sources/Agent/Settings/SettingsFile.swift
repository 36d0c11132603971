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
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            values = try decoder.decode([String: JSONValue].self, from: data)
        } catch {
            throw SettingsError(
                "the settings file \(path) is not JSON5 with one object at the top: \(Self.detail(error))")
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

    /// The decoder names line and column only in the description of the error below.
    private static func detail(_ error: any Error) -> String {
        if case DecodingError.dataCorrupted(let context) = error,
            let below = context.underlyingError as? CocoaError,
            let text = below.userInfo["NSDebugDescription"] as? String
        {
            return text
        }
        return JSONProblem(error).description
    }
}
