import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The files of a cgroup (v2) by which it is divided (Linux, “Control Group v2”, “Core Interface Files”).
struct ControlGroupFiles: Hashable, Sendable {
    /// The folder of the group.
    let path: String

    /// Whether this user may make groups in it, and move processes there.
    var isWritable: Bool {
        ["", "/cgroup.procs", "/cgroup.subtree_control"].allSatisfy { access(path + $0, W_OK) == 0 }
    }

    /// The processes in the group itself, not those in groups below it; absent when it is no cgroup.
    var processes: [Int32]? { words(in: "cgroup.procs").map { $0.compactMap { Int32($0) } } }

    /// What can be controlled in groups below it.
    var controllersBelow: [String] { words(in: "cgroup.subtree_control") ?? [] }

    /// Lets memory be controlled in groups below it, if that is possible; says whether it is.
    ///
    /// Nothing but memory: to be told apart for the processor, say, would make nice levels count for less.
    func controlMemoryBelow() -> Bool {
        if controllersBelow.contains("memory") { return true }
        return put("+memory", into: "cgroup.subtree_control") == nil
    }

    /// Moves this process into a group below this one, which is made if need be; gives the error number when that fails.
    func moveThisProcess(below name: String) -> Int32? {
        guard mkdir("\(path)/\(name)", 0o755) == 0 || errno == EEXIST else { return errno }
        return put("0", into: "\(name)/cgroup.procs")
    }

    private func put(_ text: String, into name: String) -> Int32? {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return write(descriptor, text, text.utf8.count) == text.utf8.count ? nil : errno
    }

    private func words(in name: String) -> [String]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}
