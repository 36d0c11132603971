import System

/// All processes that descend from this one.
///
/// This process is the reaper of all that loses its parent below it, so none can leave: that no child is left to wait for
/// means that nothing is left at all.
enum ProcessTree {
    /// Who descends from this process now, zombies included.
    static func members() -> [ProcessTable.Entry] { ProcessTable().descendants(of: getpid()) }

    /// Sends a signal to all that descend from this process, and gives the ids of those that were found alive.
    ///
    /// It goes to process groups, since the kernel does that in one piece: nobody in a group can fork its way around it. A
    /// group never has members from outside the tree, since groups do not reach over sessions and the program began one.
    /// Zombies count: until they are waited for their group stays theirs, and they may be all that was seen of a family
    /// that lives on in ever new processes.
    @discardableResult
    static func send(_ signal: Int32) -> Set<Int32> {
        let own = getpgrp()
        let members = members()
        var targets: Set<Int32> = []
        for member in members {
            // A child that has not begun its session yet is still in the group of the supervisor itself.
            let isGrouped = member.group > 1 && member.group != own
            guard isGrouped || member.isAlive else { continue }
            targets.insert(isGrouped ? -member.group : member.id)
        }
        for target in targets {
            ChildProcess.send(signal, to: target)
            // What is stopped would never notice that it should end.
            if signal != SIGKILL { ChildProcess.send(SIGCONT, to: target) }
        }
        return Set(members.lazy.filter(\.isAlive).map(\.id))
    }
}
