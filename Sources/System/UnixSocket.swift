import CPlatform

/// Stream sockets identified by a name in a folder, whatever the length of the folder's path.
///
/// If the path does not fit into an address, the folder is accessed through a descriptor (man 5 proc_pid_fd).
package enum UnixSocket {
    /// Listens under a name, for this user only; an existing socket is replaced.
    ///
    /// It is bound under a temporary name, gets its mode, listens, and only then gets its name: nobody can connect in
    /// between.
    package static func listening(as name: String, in folder: String) throws(SystemError) -> Descriptor {
        let place = try Place(folder)
        let socket = try unixSocket(SOCK_STREAM)
        let fresh = name + ".new"
        try? FileSystem.remove("\(folder)/\(fresh)")
        // Sets the mode of the file created by bind(2), before the umask.
        try? socket.setPermissions(0o600)
        let address = try place.address(of: fresh)
        try checked(address.withPointer { bind(socket.number, $0, $1) })
        do throws(SystemError) {
            try checked(chmod("\(folder)/\(fresh)", 0o600))
            try checked(libcListen(socket.number, 16))
            try FileSystem.rename("\(folder)/\(fresh)", to: "\(folder)/\(name)")
        } catch {
            try? FileSystem.remove("\(folder)/\(fresh)")
            throw error
        }
        return socket
    }

    /// Connects to the socket that listens under a name.
    package static func connected(to name: String, in folder: String) throws(SystemError) -> Descriptor {
        let place = try Place(folder)
        let socket = try unixSocket(SOCK_STREAM)
        let address = try place.address(of: name)
        try checked(address.withPointer { libcConnect(socket.number, $0, $1) })
        return socket
    }

    /// Returns the process at the other end of a connection, the one that connected, and its user (unix(7),
    /// `SO_PEERCRED`). The process is nil if it is not visible here.
    package static func peer(
        of socket: borrowing some OpenDescriptor & ~Copyable
    ) -> (process: Int32?, user: UInt32)? {
        var peer: [Int32] = [0, 0, 0]
        guard platform_peer(socket.number, &peer) == 0 else { return nil }
        return (peer[0] > 0 ? peer[0] : nil, UInt32(bitPattern: peer[1]))
    }

    /// A folder, with a descriptor if its path leaves no room for a name in an address.
    private struct Place: ~Copyable {
        let folder: String
        let handle: Descriptor

        init(_ folder: String) throws(SystemError) {
            self.folder = folder
            // Reserves room for the longest name in use.
            if UnixAddress("\(folder)/\(String(repeating: "n", count: 24))") == nil {
                handle = try Descriptor(opening: folder, [.read, .folder])
            } else {
                handle = Descriptor(owning: -1)
            }
        }

        func address(of name: String) throws(SystemError) -> UnixAddress {
            let folder = handle.number >= 0 ? "/proc/self/fd/\(handle.number)" : folder
            guard let address = UnixAddress("\(folder)/\(name)") else { throw SystemError(ENAMETOOLONG) }
            return address
        }
    }
}

/// The address of a socket in the file system, or of an abstract one (unix(7)).
package struct UnixAddress: Sendable {
    private let bytes: [UInt8]

    /// Maximum length of a path in bytes: `sun_path` without the final NUL.
    package static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Creates the address of a path, where a leading `@` stands for the null byte of an abstract socket; nil if it is
    /// too long.
    package init?(_ path: String) {
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestPath else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        self.bytes = bytes
    }

    /// Sends a datagram from a temporary socket; does not wait for room.
    package func send(datagram text: String) throws(SystemError) {
        let socket = try unixSocket(SOCK_DGRAM)
        let bytes = Array(text.utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        try retrying { withPointer { sendto(socket.number, bytes, bytes.count, flags, $0, $1) } }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isAbstract = bytes[0] == 0
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}

private func unixSocket(_ kind: __socket_type) throws(SystemError) -> Descriptor {
    Descriptor(owning: try checked(socket(AF_UNIX, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)))
}
