import System

/// All descendants of this process.
///
/// This process is the reaper of all orphans below it, so no process can leave the tree: if there is no child left to
/// wait for, nothing is left at all.
enum ProcessTree {
    /// Returns the current descendants of this process, including zombies.
    static func members() -> [ProcessTable.Entry] { ProcessTable().descendants(of: getpid()) }

    /// Sends a signal to all descendants of this process, and returns the IDs of those that were found alive.
    ///
    /// It is sent to process groups, which the kernel does atomically: no process in a group can escape by forking. A
    /// group never has members outside the tree, because groups do not span sessions and the program started one.
    /// Zombies count: until they are waited for, their group ID is not reused, and they may be the only visible members
    /// of a group that keeps forking.
    @discardableResult
    static func send(_ signal: Int32) -> Set<Int32> {
        let own = getpgrp()
        let members = members()
        var targets: Set<Int32> = []
        for member in members {
            // A child that has not started its session yet is still in the supervisor's group.
            let isGrouped = member.group > 1 && member.group != own
            guard isGrouped || member.isAlive else { continue }
            targets.insert(isGrouped ? -member.group : member.id)
        }
        for target in targets {
            ChildProcess.send(signal, to: target)
            // A stopped process would not handle the signal.
            if signal != SIGKILL { ChildProcess.send(SIGCONT, to: target) }
        }
        return Set(members.lazy.filter(\.isAlive).map(\.id))
    }
}
