/// A spool that the manager has taken, kept for people to look at.
struct KeptSpool: Hashable, Sendable {
    let name: String
    let bytes: Int

    init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }

    /// The spool in a folder, if the manager has taken it; its events are not read.
    init?(existing name: String, in parent: String, files: SpoolFiles) throws(FileError) {
        let folder = parent + "/" + name
        guard files.size(of: folder + "/cursor") != nil else { return nil }
        var cursor = CursorFile(path: folder + "/cursor", files: files)
        guard try cursor.read().isClosed else { return nil }
        let log = try LogFile(existingIn: folder, limit: .max, files: files)
        self.init(name: name, bytes: log.storedBytes)
    }

    /// Takes out what is beyond the limits, oldest first.
    static func takeSurplus(of kept: inout [KeptSpool], limits: SpoolLimits) -> [KeptSpool] {
        var bytes = kept.reduce(0) { $0 + $1.bytes }
        var surplus: [KeptSpool] = []
        while let oldest = kept.first, kept.count > limits.keptTasks || bytes > limits.keptBytes {
            bytes -= oldest.bytes
            surplus.append(oldest)
            kept.removeFirst()
        }
        return surplus
    }
}
