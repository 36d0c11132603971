import SupervisorProtocol
import System

/// A control group (cgroup v2) that holds one process tree.
///
/// Features that the kernel or the delegation does not provide (no memory controller, no `cgroup.kill` before Linux
/// 5.14) are not used.
struct ControlGroup {
    private let path: String

    /// Creates the group.
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
        // If one of its processes allocates too much, the whole tree is killed: it would not work without that process.
        try? FileSystem.put("1", into: group.file("memory.oom.group"))
        return group
    }

    init(path: String) { self.path = path }

    /// Limits the memory of the tree, including swap.
    private func limitMemory(to bytes: UInt64) throws(SystemError) {
        try FileSystem.put("\(bytes)", into: file("memory.max"))
        do throws(SystemError) {
            // Memory beyond the limit would be swapped. A kernel without swap accounting has no such file.
            try FileSystem.put("0", into: file("memory.swap.max"))
        } catch {
            if !error.isMissing { throw error }
        }
    }

    /// Limits the processors of the tree, or its CPU time.
    private func limitProcessors(_ order: LaunchOrder.Group) throws(SystemError) {
        let period = 100_000
        if let count = order.processorTime {
            try FileSystem.put("\(Int(count) * period) \(period)", into: file("cpu.max"))
        }
        if let processors = order.processors { try FileSystem.put(processors, into: file("cpuset.cpus")) }
    }

    /// Moves the calling process into the group.
    func enter() throws(SystemError) { try FileSystem.put("0", into: file("cgroup.procs")) }

    /// Kills all processes of the group atomically; returns false if the kernel does not support that.
    @discardableResult
    func kill() -> Bool { (try? FileSystem.put("1", into: file("cgroup.kill"))) != nil }

    /// The number of processes that the kernel killed here for lack of memory; nil without a memory controller.
    var outOfMemoryKills: UInt64? {
        FileSystem.contents(of: file("memory.events")).flatMap { Self.value(of: "oom_kill", in: $0) }
    }

    /// Whether the tree reached the limit of this group, rather than that of a parent group or of the machine; nil
    /// without a memory controller. The counters in `memory.events` include subgroups, but this group has none (man:
    /// cgroup-v2.rst).
    var reachedMemoryLimit: Bool? {
        FileSystem.contents(of: file("memory.events")).flatMap { Self.value(of: "oom", in: $0) }.map { $0 > 0 }
    }

    /// Removes the group, which must be empty.
    func remove() { try? FileSystem.removeFolder(path) }

    /// Returns the number after a name, in a file with one of each on every line.
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
