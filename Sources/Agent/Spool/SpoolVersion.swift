/// The version of the form in which a spool is stored; the `version` file of a spool holds it.
enum SpoolVersion {
    private static let current = "1"

    /// Writes the version of a new spool.
    static func write(to folder: String, files: SpoolFiles) throws(FileError) {
        try files.replace(folder + "/version", with: Array((current + "\n").utf8))
    }

    /// Whether a spool has a version, whichever.
    static func isWritten(in folder: String, files: SpoolFiles) -> Bool { files.size(of: folder + "/version") != nil }

    /// - Throws: ``SpoolError`` when a newer agent wrote the spool, or the file cannot be read.
    static func check(_ folder: String, files: SpoolFiles) throws(SpoolError) {
        let found: String?
        do throws(FileError) {
            found = String(decoding: try files.open(folder + "/version", .read).readAll(), as: UTF8.self)
                .split(separator: "\n").first.map(String.init)
        } catch {
            throw SpoolError(folder: folder, error)
        }
        if found != current {
            throw SpoolError(folder: folder, reason: .newerVersion(found: found ?? "", known: Int(current) ?? 1))
        }
    }
}
