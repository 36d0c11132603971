import System

/// The remains of a tree whose supervisor was killed: the orphans that this process adopted since, and the processes in
/// the control group of the tree.
struct StrayTree {
    let gracePeriod: Duration
    /// The control group of the tree, if it has one.
    let controlGroup: String?

    /// Ends them: SIGTERM, grace period, SIGKILL until none is left. Blocks.
    ///
    /// - Parameter isUrgent: whether the grace period is to be skipped; called repeatedly.
    func end(isUrgent: () -> Bool) {
        members().forEach { process in
            ChildProcess.send(SIGTERM, to: process)
            ChildProcess.send(SIGCONT, to: process)
        }
        let stopwatch = ContinuousClock().stopwatch()
        while !members().isEmpty, stopwatch() < gracePeriod, !isUrgent() { MonotonicTime.sleep(for: .milliseconds(20)) }
        killAll(within: nil)
        if let controlGroup { try? FileSystem.removeFolder(controlGroup) }
    }

    /// Kills them repeatedly until none is left, or the time is over: the children of processes that end are reparented
    /// to this process.
    func killAll(within limit: Duration?) {
        let stopwatch = ContinuousClock().stopwatch()
        while true {
            if let controlGroup { try? FileSystem.put("1", into: "\(controlGroup)/cgroup.kill") }
            let left = members()
            if left.isEmpty { return }
            left.forEach { ChildProcess.send(SIGKILL, to: $0) }
            if let limit, stopwatch() > limit { return }
            MonotonicTime.sleep(for: .milliseconds(2))
        }
    }

    /// Returns the IDs of the living processes.
    private func members() -> Set<Int32> {
        guard let controlGroup, let list = FileSystem.contents(of: "\(controlGroup)/cgroup.procs", limit: 1 << 16)
        else {
            return OwnChildren.strays()
        }
        let members = list.split(separator: UInt8(ascii: "\n")).compactMap {
            Int32(String(decoding: $0, as: UTF8.self))
        }
        return OwnChildren.strays().union(members.filter { ProcessTable.Entry(of: $0)?.isAlive == true })
    }
}
