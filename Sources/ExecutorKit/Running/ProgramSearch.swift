import Foundation

extension Program {
    /// Where programs are searched whose environment has no `PATH`.
    private static let standardPath = "/usr/local/bin:/usr/bin:/bin"

    /// The file to execute: the executable itself when it has a slash, else the first of that name in `PATH` that can be
    /// executed; when none can, the first that is there at all, so that the system says why it cannot.
    ///
    /// - Throws: ``ProgramError`` when there is none.
    package func findExecutable(environment: [String: String], workingDirectory: String) throws(ProgramError) -> String
    {
        guard !executable.contains("/") else { return executable }
        let path = environment["PATH"] ?? Self.standardPath
        let folders = path.split(separator: ":", omittingEmptySubsequences: false).map { folder in
            // An empty one, or a relative one, counts from where the program starts, as in a shell.
            folder.hasPrefix("/") ? String(folder) : folder.isEmpty ? workingDirectory : "\(workingDirectory)/\(folder)"
        }
        let files = FileManager.default
        let found = folders.map { "\($0)/\(executable)" }.filter { candidate in
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: candidate, isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard !executable.isEmpty, let file = found.first(where: files.isExecutableFile(atPath:)) ?? found.first else {
            throw ProgramError(executable: executable, reason: .notFound(searched: folders))
        }
        return file
    }
}
