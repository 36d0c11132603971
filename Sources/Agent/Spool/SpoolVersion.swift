/// The version of the form in which a spool is stored; the `version` file of a spool holds it.
enum SpoolVersion {
    private static let current = 1

    /// Writes the version of a new spool.
    static func write(to folder: String, files: SpoolFiles) throws(FileError) {
        try files.replace(folder + "/version", with: Array("\(current)\n".utf8))
    }

    /// Whether a spool has a version, whichever.
    static func isWritten(in folder: String, files: SpoolFiles) -> Bool { files.size(of: folder + "/version") != nil }

    /// - Throws: ``SpoolError`` when a newer agent wrote the spool, when the file does not hold a version, or when it cannot
    ///   be read.
    static func check(_ folder: String, files: SpoolFiles) throws(SpoolError) {
        let path = folder + "/version"
        let text: String
        do throws(FileError) {
            text = String(decoding: try files.open(path, .read).readAll(), as: UTF8.self)
        } catch {
            throw SpoolError(folder: folder, error)
        }
        if text == "\(current)\n" { return }
        // A line without its end may be the beginning of another.
        guard text.hasSuffix("\n"), let found = Int(text.dropLast()), found > current else {
            throw SpoolError(folder: folder, reason: .damagedVersion(path: path, found: text, known: current))
        }
        throw SpoolError(folder: folder, reason: .newerVersion(found: found, known: current))
    }
}
