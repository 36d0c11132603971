import Foundation

/// A new folder with files to start from.
public struct NewFolder: Sendable {
    /// A file in it.
    public struct File: Sendable {
        /// The path below the folder.
        public let name: String
        /// Its content.
        public let text: String
        /// Whether it is a program.
        public let isExecutable: Bool

        /// A file.
        public init(name: String, text: String, isExecutable: Bool = false) {
            self.name = name
            self.text = text
            self.isExecutable = isExecutable
        }
    }

    /// The name of the folder.
    public let name: String
    /// The files in it.
    public let files: [File]

    /// A folder that does not exist yet.
    public init(name: String, files: [File]) {
        self.name = name
        self.files = files
    }

    /// Writes the folder.
    ///
    /// - Returns: its path.
    /// - Throws: ``NewFolderError`` when it exists already, or cannot be written.
    public func write(in parent: String) throws(NewFolderError) -> String {
        let folder = "\(parent)/\(name)"
        let manager = FileManager.default
        guard !manager.fileExists(atPath: folder) else {
            throw NewFolderError(description: "\(folder) already exists; nothing was written")
        }
        do {
            try Self.makeFolder(folder)
            for file in files {
                let path = "\(folder)/\(file.name)"
                let parent = URL(filePath: path).deletingLastPathComponent().path
                if !manager.fileExists(atPath: parent) { try Self.makeFolder(parent) }
                try Data(file.text.utf8).write(to: URL(filePath: path))
                try manager.setAttributes([.posixPermissions: file.isExecutable ? 0o755 : 0o644], ofItemAtPath: path)
            }
        } catch {
            throw NewFolderError(description: "cannot write \(folder): \(error.localizedDescription)")
        }
        return folder
    }

    private static func makeFolder(_ path: String) throws {
        // Not writable by others, whatever the umask: an agent that runs as root would refuse it.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }
}

/// Why a folder was not written.
public struct NewFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    public let description: String
}
