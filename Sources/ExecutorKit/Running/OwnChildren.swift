import Foundation
import Synchronization
import System

/// The child processes of this one: those that it started, and strays.
///
/// A supervisor that is killed leaves processes behind. They become children of the nearest process above that adopts such
/// (man 2 PR_SET_CHILD_SUBREAPER), as an agent does. A child that was not started here must be one of them. It is waited for by
/// its id: a wait for any child would take statuses from Foundation's `Process`.
package enum OwnChildren {
    private struct State {
        var started: Set<Int32> = []
        var adoptsStrays = false
    }

    private static let state = Mutex(State())

    /// Makes this process one that adopts strays, if the system has such a thing. From then on every program that it starts must
    /// be started by ``start(_:)``.
    package static func adoptStrays() {
        if ChildProcess.becomeSubreaper() { state.withLock { $0.adoptsStrays = true } }
    }

    /// Starts a process while no other is being started.
    ///
    /// Foundation hands a socket down to each child, and takes it for alive as long as anybody holds that socket. It closes
    /// the sockets of the others in a new child, but only those that it saw before it started it; one that came up in
    /// between would keep the other process alive until the new one ends. Nor is a new child taken for a stray this way.
    ///
    /// - Throws: what `run()` throws.
    static func start(_ process: Process) throws {
        try state.withLock { state in
            try process.run()
            state.started.insert(process.processIdentifier)
        }
    }

    /// A process that was started here has ended, and was waited for.
    static func forget(_ process: Int32) { state.withLock { _ = $0.started.remove(process) } }

    /// The strays that are alive, and all that descend from them. Those that have ended are waited for.
    static func strays() -> Set<Int32> {
        // With the lock held no start is under way, whose child is not known yet.
        state.withLock { state in
            guard state.adoptsStrays else { return [] }
            let table = ProcessTable()
            var strays: Set<Int32> = []
            for child in table.children(of: getpid()) where !state.started.contains(child.id) {
                if child.isAlive {
                    strays.insert(child.id)
                } else {
                    _ = try? ChildProcess.ended(child.id)
                }
                strays.formUnion(table.descendants(of: child.id).lazy.filter(\.isAlive).map(\.id))
            }
            return strays
        }
    }
}
