import FoundationEssentials

/// The files of a Flamenco Worker on this node: its configuration and its credentials.
package struct FlamencoWorkerFiles: Hashable, Sendable {
    private static let configurationName = "flamenco-worker.yaml"
    private static let credentialsName = "flamenco-worker-credentials.yaml"

    /// The content of `flamenco-worker.yaml`; nil if there is none.
    package let configuration: FlatYAML?
    /// The content of `flamenco-worker-credentials.yaml`; nil if there is none.
    package let credentials: FlatYAML?
    /// The files that were read.
    package let paths: [String]

    /// Reads the files; each from the first folder that contains it.
    ///
    /// - Throws: ``SettingsError`` if neither exists, or one cannot be read or parsed.
    package init(in folders: [String]) throws(SettingsError) {
        let configuration = try Self.read(Self.configurationName, in: folders)
        let credentials = try Self.read(Self.credentialsName, in: folders)
        paths = [configuration?.path, credentials?.path].compactMap(\.self)
        if paths.isEmpty {
            throw SettingsError(
                "there is neither \(Self.configurationName) nor \(Self.credentialsName) in "
                    + "\(folders.joined(separator: " or ")): pass the folder where Flamenco Worker keeps them with --from"
            )
        }
        self.configuration = configuration?.content
        self.credentials = credentials?.content
    }

    /// Returns the default folders of Flamenco Worker: the working directory, and its home.
    package static func usualFolders(environment: [String: String]) -> [String] {
        let dataHome = environment["XDG_DATA_HOME"] ?? environment["HOME"].map { $0 + "/.local/share" }
        let home = environment["FLAMENCO_HOME"] ?? dataHome.map { $0 + "/flamenco" }
        return [FileManager.default.currentDirectoryPath] + [home].compactMap(\.self)
    }

    private static func read(
        _ name: String, in folders: [String]
    ) throws(SettingsError) -> (path: String, content: FlatYAML)? {
        guard
            let path = folders.map({ $0 + "/" + name }).first(where: { FileManager.default.fileExists(atPath: $0) })
        else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else { throw SettingsError("cannot read \(path)") }
        // Foundation's decoder would handle a byte order mark differently.
        guard let text = String(validating: data, as: UTF8.self) else { throw SettingsError("\(path) is not UTF-8") }
        do {
            return (path, try FlatYAML(text))
        } catch {
            throw SettingsError("\(path): \(error)")
        }
    }
}
