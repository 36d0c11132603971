import Foundation
import Synchronization
import System

/// The child processes of this process: those that it started, and orphans that it adopted.
///
/// A supervisor that is killed leaves processes behind. They become children of the nearest ancestor that is a
/// subreaper (man 2 PR_SET_CHILD_SUBREAPER), as an agent is. A child that was not started here must be one of them. It
/// is waited for by its ID: waiting for any child would take statuses from Foundation's `Process`.
package enum OwnChildren {
    private struct State {
        var started: Set<Int32> = []
        var adoptsStrays = false
    }

    private static let state = Mutex(State())

    /// Makes this process a subreaper, if the system supports that. From then on, every program must be started with
    /// ``start(_:)``.
    package static func adoptStrays() {
        if ChildProcess.becomeSubreaper() { state.withLock { $0.adoptsStrays = true } }
    }

    /// Starts a process while no other one is being started.
    ///
    /// Foundation passes a socket to each child, and considers the child alive as long as any process holds that
    /// socket. It closes the sockets of others in a new child, but only those created before it was started; one
    /// created in between would keep the other process alive until the new one ends. This also prevents a new child
    /// from being mistaken for an orphan.
    ///
    /// - Throws: what `run()` throws.
    static func start(_ process: Process) throws {
        try state.withLock { state in
            try process.run()
            state.started.insert(process.processIdentifier)
        }
    }

    /// Records that a process started here has ended, and was waited for.
    static func forget(_ process: Int32) { state.withLock { _ = $0.started.remove(process) } }

    /// Returns the living orphans and their descendants. Those that have ended are waited for.
    static func strays() -> Set<Int32> {
        // While the lock is held, no process is being started whose ID is not recorded yet.
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
