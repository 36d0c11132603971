import SupervisorProtocol
import System

/// A control group (cgroup v2) that holds one process tree.
///
/// Where the kernel or the delegation offers less (no memory controller, no `cgroup.kill` before Linux 5.14), less is used.
struct ControlGroup {
    private let path: String

    /// Makes the group.
    static func make(_ order: LaunchOrder.Group) throws(LaunchError) -> ControlGroup {
        let group = ControlGroup(path: order.path)
        do throws(SystemError) {
            try FileSystem.makeFolder(order.path, permissions: 0o755)
        } catch {
            guard error.isAlreadyThere else { throw LaunchError(.controlGroup, error) }
        }
        do throws(SystemError) {
            if let limit = order.memoryLimit { try group.limitMemory(to: limit) }
            try group.limitProcessors(order)
        } catch {
            group.remove()
            throw LaunchError(.controlGroup, error)
        }
        // Only what one of its processes allocates too much ends the whole tree, which it would not survive in pieces.
        try? FileSystem.put("1", into: group.file("memory.oom.group"))
        return group
    }

    init(path: String) { self.path = path }

    /// Limits what the tree uses, in memory and swap together.
    private func limitMemory(to bytes: UInt64) throws(SystemError) {
        try FileSystem.put("\(bytes)", into: file("memory.max"))
        do throws(SystemError) {
            // What is over the limit would go to swap. A kernel that does not count swap has no such file.
            try FileSystem.put("0", into: file("memory.swap.max"))
        } catch {
            if !error.isMissing { throw error }
        }
    }

    /// Limits the processors of the tree, or its time on them.
    private func limitProcessors(_ order: LaunchOrder.Group) throws(SystemError) {
        let period = 100_000
        if let count = order.processorTime {
            try FileSystem.put("\(Int(count) * period) \(period)", into: file("cpu.max"))
        }
        if let processors = order.processors { try FileSystem.put(processors, into: file("cpuset.cpus")) }
    }

    /// Moves the calling process into the group.
    func enter() throws(SystemError) { try FileSystem.put("0", into: file("cgroup.procs")) }

    /// Kills all that is in the group, in one piece; false where the kernel cannot.
    @discardableResult
    func kill() -> Bool { (try? FileSystem.put("1", into: file("cgroup.kill"))) != nil }

    /// How many processes the kernel has killed here since memory ran out; nil without a memory controller.
    var outOfMemoryKills: UInt64? {
        FileSystem.contents(of: file("memory.events")).flatMap { Self.value(of: "oom_kill", in: $0) }
    }

    /// Whether the tree reached the limit of this group, rather than one of a group above or of the machine; nil without a
    /// memory controller. The counters in `memory.events` take in groups below, and this one has none (man: cgroup-v2.rst).
    var reachedMemoryLimit: Bool? {
        FileSystem.contents(of: file("memory.events")).flatMap { Self.value(of: "oom", in: $0) }.map { $0 > 0 }
    }

    /// Removes the group, which must be empty.
    func remove() { try? FileSystem.removeFolder(path) }

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
