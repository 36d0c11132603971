import Foundation
import SupervisorProtocol

/// What is left of a tree whose supervisor was killed: the strays that this process adopted since, and what is in the control
/// group of the tree.
struct StrayTree {
    let gracePeriod: Duration
    /// The control group of the tree, if it has one.
    let controlGroup: String?

    /// Ends them: SIGTERM, grace period, SIGKILL until none is left. Blocks.
    ///
    /// - Parameter isUrgent: whether the grace period is to be skipped, asked again and again.
    func end(isUrgent: () -> Bool) {
        #if os(Linux)
            members().forEach { process in
                kill(process, SIGTERM)
                kill(process, SIGCONT)
            }
            let stopwatch = ContinuousClock().stopwatch()
            while !members().isEmpty, stopwatch() < gracePeriod, !isUrgent() { usleep(20_000) }
            killAll(within: nil)
            if let controlGroup { rmdir(controlGroup) }
        #endif
    }

    /// Kills them again and again until none is left, or the time is over: the children of one that ends come here too.
    func killAll(within limit: Duration?) {
        let stopwatch = ContinuousClock().stopwatch()
        while true {
            if let controlGroup { try? Data("1".utf8).write(to: URL(filePath: "\(controlGroup)/cgroup.kill")) }
            let left = members()
            if left.isEmpty { return }
            left.forEach { kill($0, SIGKILL) }
            if let limit, stopwatch() > limit { return }
            usleep(2000)
        }
    }

    /// The ids of those that are alive.
    private func members() -> Set<Int32> {
        guard let controlGroup, let list = contents(of: "\(controlGroup)/cgroup.procs", limit: 1 << 16) else {
            return OwnChildren.strays()
        }
        let members = list.split(separator: UInt8(ascii: "\n")).compactMap {
            Int32(String(decoding: $0, as: UTF8.self))
        }
        return OwnChildren.strays().union(members.filter { ProcessTable.Entry(of: $0)?.isAlive == true })
    }
}
