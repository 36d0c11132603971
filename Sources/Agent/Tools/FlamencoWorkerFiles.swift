import FoundationEssentials

/// What a Flamenco Worker keeps on a node: its configuration and who it is to its manager.
package struct FlamencoWorkerFiles: Hashable, Sendable {
    private static let configurationName = "flamenco-worker.yaml"
    private static let credentialsName = "flamenco-worker-credentials.yaml"

    /// What `flamenco-worker.yaml` says; absent when there is none.
    package let configuration: FlatYAML?
    /// What `flamenco-worker-credentials.yaml` says; absent when there is none.
    package let credentials: FlatYAML?
    /// The files that were read.
    package let paths: [String]

    /// Reads them; each from the first folder that has it.
    ///
    /// - Throws: ``SettingsError`` when neither is there, or one cannot be read or understood.
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

    /// Where Flamenco Worker keeps its files when nobody says otherwise: the working directory, and its home.
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
        // Not Foundation's decoder, which takes a byte order mark away in its own way.
        guard let text = String(validating: data, as: UTF8.self) else { throw SettingsError("\(path) is not UTF-8") }
        do {
            return (path, try FlatYAML(text))
        } catch {
            throw SettingsError("\(path): \(error)")
        }
    }
}
