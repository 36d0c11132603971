import Foundation

/// A folder with files to begin with, for somebody who begins something new.
public struct NewFolder: Sendable {
    /// A file of it.
    public struct File: Sendable {
        /// The name in the folder; it may be in a folder of its own there.
        public let name: String
        /// What is in it.
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
    /// What is in it.
    public let files: [File]

    /// A folder that is not there yet.
    public init(name: String, files: [File]) {
        self.name = name
        self.files = files
    }

    /// Writes the folder.
    ///
    /// - Returns: where it is.
    /// - Throws: ``NewFolderError`` when it is there already, or cannot be written.
    public func write(in parent: String) throws(NewFolderError) -> String {
        let folder = "\(parent)/\(name)"
        let manager = FileManager.default
        guard !manager.fileExists(atPath: folder) else {
            throw NewFolderError(description: "\(folder) is there already; nothing was written")
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
        // Not writable for others, whatever the umask: an agent that is root would refuse it.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }
}

/// Why a folder was not written.
public struct NewFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    public let description: String
}
