import System

/// The process at the other end of a Unix socket: the one that connected.
struct SocketPeer {
    /// Its id; nil where it cannot be seen from here.
    let process: Int32?
    /// Its user; nil where nobody can tell.
    let user: UInt32?

    init(of socket: borrowing Descriptor) {
        let peer = UnixSocket.peer(of: socket)
        (process, user) = (peer?.process, peer?.user)
    }

    /// Whether it may give commands to this process: its user is the same or root, and it is none of its programs.
    var mayCommand: Bool { (user == 0 || user == geteuid()) && !mayBeProgram }

    /// Whether it descends from this process, as all programs do that run for it, or this can no longer be
    /// determined. An agent takes no commands from its own programs, whatever their user.
    var mayBeProgram: Bool {
        let own = getpid()
        guard let process else { return true }
        if process == own { return false }
        var ancestor = process
        // What loses its parent comes to its supervisor or to this process, so no program gets out of this line.
        while ancestor > 1 {
            if ancestor == own { return true }
            guard let entry = ProcessTable.Entry(of: ancestor) else { return true }
            ancestor = entry.parent
        }
        return false
    }
}
