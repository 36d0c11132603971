import SupervisorProtocol

/// A control group (cgroup v2) that holds one process tree.
///
/// Where the kernel or the delegation offers less (no memory controller, no `cgroup.kill` before Linux 5.14), less is used.
struct ControlGroup {
    private let path: String

    /// Makes the group.
    static func make(_ order: LaunchOrder.Group) throws(LaunchFailure) -> ControlGroup {
        guard mkdir(order.path, 0o755) == 0 || errno == EEXIST else {
            throw LaunchFailure(step: .controlGroup, errno: errno)
        }
        let group = ControlGroup(path: order.path)
        if let limit = order.memoryLimit, let problem = group.limitMemory(to: limit) {
            group.remove()
            throw LaunchFailure(step: .controlGroup, errno: problem)
        }
        // Only what one of its processes allocates too much ends the whole tree, which it would not survive in pieces.
        _ = put("1", into: group.file("memory.oom.group"))
        return group
    }

    init(path: String) { self.path = path }

    /// Limits what the tree uses, in memory and swap together; returns the error number when that fails.
    private func limitMemory(to bytes: UInt64) -> Int32? {
        if let problem = put("\(bytes)", into: file("memory.max")) { return problem }
        // What is over the limit would go to swap. A kernel that does not count swap has no such file.
        let problem = put("0", into: file("memory.swap.max"))
        return problem == ENOENT ? nil : problem
    }

    /// Moves the calling process into the group; gives the error number when that fails.
    func enter() -> Int32? { put("0", into: file("cgroup.procs")) }

    /// Kills all that is in the group, in one piece; false where the kernel cannot.
    @discardableResult
    func kill() -> Bool { put("1", into: file("cgroup.kill")) == nil }

    /// How many processes the kernel has killed here since memory ran out; nil without a memory controller.
    var outOfMemoryKills: UInt64? {
        contents(of: file("memory.events")).flatMap { Self.value(of: "oom_kill", in: $0) }
    }

    /// Whether the tree reached the limit of this group, rather than one of a group above or of the machine; nil without a
    /// memory controller. The counters in `memory.events` take in groups below, and this one has none (man: cgroup-v2.rst).
    var reachedMemoryLimit: Bool? {
        contents(of: file("memory.events")).flatMap { Self.value(of: "oom", in: $0) }.map { $0 > 0 }
    }

    /// Removes the group, which must be empty.
    func remove() { rmdir(path) }

    /// The number behind a name, in a file with one of both in each line.
    static func value(of name: String, in text: [UInt8]) -> UInt64? {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            if words.count == 2, words[0].elementsEqual(name.utf8) {
                return UInt64(String(decoding: words[1], as: UTF8.self))
            }
        }
        return nil
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }
}
