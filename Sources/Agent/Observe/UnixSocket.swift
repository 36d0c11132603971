import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stream socket by its name in a folder, however long the path of the folder is.
///
/// A path that does not fit into an address is reached through a descriptor of the folder (man 5 proc_pid_fd), which is open
/// for as long as this value lives.
struct UnixSocket: ~Copyable {
    /// A descriptor of the socket itself; closed with this value unless it is taken.
    private var descriptor: Int32
    private let folder: String
    private let folderDescriptor: Int32

    /// A socket that is not tied to anything yet.
    init(in folder: String) throws(UnixSocketError) {
        let folderDescriptor = try Self.openFolder(folder)
        #if os(Linux)
            let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            let socket = socket(AF_UNIX, SOCK_STREAM, 0)
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        #endif
        guard socket >= 0 else {
            let number = errno
            if folderDescriptor >= 0 { close(folderDescriptor) }
            throw UnixSocketError(number: number)
        }
        descriptor = socket
        self.folder = folder
        self.folderDescriptor = folderDescriptor
    }

    /// A descriptor of a folder whose path leaves no room for a name in an address; -1 for others.
    private static func openFolder(_ folder: String) throws(UnixSocketError) -> Int32 {
        #if os(Linux)
            // Room for the longest name that is used here.
            if UnixAddress("\(folder)/\(String(repeating: "n", count: 24))") == nil {
                let descriptor = open(folder, O_DIRECTORY | O_CLOEXEC)
                guard descriptor >= 0 else { throw UnixSocketError(number: errno) }
                return descriptor
            }
        #endif
        return -1
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if folderDescriptor >= 0 { close(folderDescriptor) }
    }

    /// Listens under a name, for this user alone; a socket that was there is replaced.
    ///
    /// It is bound under another name, gets its mode, listens, and only then gets its name: nobody can connect in between.
    func listen(as name: String) throws(UnixSocketError) {
        let fresh = name + ".new"
        unlink("\(folder)/\(fresh)")
        #if os(Linux)
            // The mode of the file that bind(2) makes, less the umask.
            fchmod(descriptor, 0o600)
        #endif
        try check(try address(of: fresh).withPointer { bind(descriptor, $0, $1) })
        do throws(UnixSocketError) {
            try check(chmod("\(folder)/\(fresh)", 0o600))
            try check(systemListen(descriptor, 16))
            try check(rename("\(folder)/\(fresh)", "\(folder)/\(name)"))
        } catch {
            unlink("\(folder)/\(fresh)")
            throw error
        }
    }

    /// Connects to the one that listens under a name.
    func connect(to name: String) throws(UnixSocketError) {
        try check(try address(of: name).withPointer { systemConnect(descriptor, $0, $1) })
    }

    /// The descriptor, which belongs to the caller from now on.
    mutating func take() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    private func address(of name: String) throws(UnixSocketError) -> UnixAddress {
        let folder = folderDescriptor >= 0 ? "/proc/self/fd/\(folderDescriptor)" : folder
        guard let address = UnixAddress("\(folder)/\(name)") else { throw UnixSocketError(number: ENAMETOOLONG) }
        return address
    }

    private func check(_ result: Int32) throws(UnixSocketError) {
        guard result == 0 else { throw UnixSocketError(number: errno) }
    }
}

/// Why a socket cannot be reached or made.
struct UnixSocketError: Error, Hashable {
    let number: Int32
}

// Names that the methods above hide.

private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 { listen(descriptor, backlog) }

private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}

/// The address of a socket in the file system, or of an abstract one (unix(7)).
struct UnixAddress {
    private let bytes: [UInt8]

    /// How many bytes a path may have: `sun_path` without the NUL behind it.
    static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The address of a path, where a leading `@` stands for the null byte of an abstract one; nil when it is too long.
    init?(_ path: String) {
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestPath else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        self.bytes = bytes
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
