import System

/// The process at the other end of a Unix socket: the one that connected.
struct SocketPeer {
    /// Its process ID; nil if it is not visible here.
    let process: Int32?
    /// Its user; nil if unknown.
    let user: UInt32?

    init(of socket: borrowing Descriptor) {
        let peer = UnixSocket.peer(of: socket)
        (process, user) = (peer?.process, peer?.user)
    }

    /// Whether it may send commands to this process: its user is the same or root, and it is not one of its programs.
    var mayCommand: Bool { (user == 0 || user == geteuid()) && !mayBeProgram }

    /// Whether it descends from this process, as all programs of tasks do, or this can no longer be determined. An
    /// agent accepts no commands from its own programs, whatever their user.
    var mayBeProgram: Bool {
        let own = getpid()
        guard let process else { return true }
        if process == own { return false }
        var ancestor = process
        // Orphaned processes are reparented to their supervisor or to this process, so every program has one of them as
        // an ancestor.
        while ancestor > 1 {
            if ancestor == own { return true }
            guard let entry = ProcessTable.Entry(of: ancestor) else { return true }
            ancestor = entry.parent
        }
        return false
    }
}
