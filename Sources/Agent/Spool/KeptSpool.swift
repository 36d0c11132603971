/// A spool of which nothing goes to the manager any more, kept for people to look at.
struct KeptSpool: Hashable, Sendable {
    let name: String
    let bytes: Int
    /// Whether the manager refused the outcome of the task, so that this is all there is of it.
    let isRefused: Bool

    init(name: String, bytes: Int, isRefused: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.isRefused = isRefused
    }

    /// The spool in a folder, if the manager has taken or refused it; its events are not read.
    init?(existing name: String, in parent: String, files: SpoolFiles) throws(FileError) {
        let folder = parent + "/" + name
        guard files.size(of: folder + "/cursor") != nil else { return nil }
        var cursor = CursorFile(path: folder + "/cursor", files: files)
        let state = try cursor.read()
        guard state.isClosed else { return nil }
        let log = try LogFile(existingIn: folder, limit: .max, files: files)
        self.init(name: name, bytes: log.storedBytes, isRefused: state.isRefused)
    }

    /// Takes out what is beyond the limits, oldest first; those that the manager refused have limits of their own.
    static func takeSurplus(of kept: inout [KeptSpool], limits: SpoolLimits) -> [KeptSpool] {
        takeSurplus(of: &kept, tasks: limits.keptTasks, bytes: limits.keptBytes) { !$0.isRefused }
            + takeSurplus(of: &kept, tasks: limits.refusedTasks, bytes: limits.refusedBytes, where: \.isRefused)
    }

    private static func takeSurplus(
        of kept: inout [KeptSpool], tasks: Int, bytes: Int, where concerns: (KeptSpool) -> Bool
    ) -> [KeptSpool] {
        var rest = kept.filter(concerns)[...]
        var used = rest.reduce(0) { $0 + $1.bytes }
        var surplus: Set<KeptSpool> = []
        while let oldest = rest.first, rest.count > tasks || used > bytes {
            used -= oldest.bytes
            surplus.insert(oldest)
            rest.removeFirst()
        }
        defer { kept.removeAll(where: surplus.contains) }
        return kept.filter(surplus.contains)
    }
}
