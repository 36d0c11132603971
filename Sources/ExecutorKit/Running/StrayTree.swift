import Foundation
import SupervisorProtocol

/// The processes of a tree whose supervisor was killed: found by the marker in their environment, since nothing else ties
/// them together any more.
struct StrayTree {
    let marker: String
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
            while true {
                if let controlGroup { try? Data("1".utf8).write(to: URL(filePath: "\(controlGroup)/cgroup.kill")) }
                let left = members()
                if left.isEmpty { break }
                left.forEach { kill($0, SIGKILL) }
                usleep(2000)
            }
            if let controlGroup { rmdir(controlGroup) }
        #endif
    }

    /// The ids of those that are alive.
    func members() -> [Int32] {
        let entry = Array("\(TreeMarker.name)=\(marker)".utf8)
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init).filter { process in
            guard process != getpid(), let environment = files.contents(atPath: "/proc/\(process)/environ") else {
                return false
            }
            return environment.split(separator: 0).contains { $0.elementsEqual(entry) }
        }
    }
}
