import Foundation
import System

/// A socket whose calls wait; closed by its owner.
struct TCPSocket: Sendable {
    let descriptor: Int32

    // MARK: Making

    /// Listens on this machine; port 0 picks a free one.
    static func listening(port: UInt16) throws -> TCPSocket {
        let socket = try TCPSocket()
        var yes: Int32 = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        try socket.check(withLoopback(port) { bind(socket.descriptor, $0, $1) })
        try socket.check(listen(socket.descriptor, 128))
        return socket
    }

    /// Connects to a port of this machine.
    static func connected(toPort port: UInt16) throws -> TCPSocket {
        let socket = try TCPSocket()
        try socket.check(withLoopback(port) { connect(socket.descriptor, $0, $1) })
        socket.sendsAtOnce()
        return socket
    }

    private init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw Self.problem }
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    private static var problem: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

    private func check(_ result: Int32) throws {
        guard result < 0 else { return }
        let problem = Self.problem
        close()
        throw problem
    }

    private static func withLoopback(_ port: UInt16, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private func sendsAtOnce() {
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    func boundPort() throws -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try check(
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            })
        return UInt16(bigEndian: address.sin_port)
    }

    /// The next connection; absent once the socket has ended.
    func accept() -> TCPSocket? {
        while true {
            do throws(SystemError) {
                let socket = TCPSocket(descriptor: try BorrowedDescriptor(descriptor).accept().release())
                socket.sendsAtOnce()
                return socket
            } catch {
                if error.number != ECONNABORTED { return nil }
            }
        }
    }

    // MARK: Bytes

    /// What comes next; absent at the end.
    func receive() -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, initialized in
                count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                initialized = max(count, 0)
            }
            if count > 0 { return bytes }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Whether all bytes could be sent.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Sends in ten pieces a second, or byte by byte; stops when the other end gives up. Whether all bytes were sent.
    func send(_ bytes: [UInt8], bytesPerSecond rate: Int) -> Bool {
        let piece = max(1, rate / 10)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            guard send(bytes[start..<min(start + piece, bytes.count)]) else { return false }
            if hasEnded(within: 1000 * piece / rate) { return false }
        }
        return true
    }

    /// Whether the other end closes within so many milliseconds: it has nothing to send before the answer is whole.
    private func hasEnded(within milliseconds: Int) -> Bool {
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return poll(&descriptors, 1, Int32(milliseconds)) > 0
    }

    /// Waits until the other end closes; what it sends is thrown away.
    func waitForEnd() { while receive() != nil {} }

    // MARK: Ending

    /// Ends it for whoever waits for it.
    func end() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() { _ = Glibc.close(descriptor) }

    /// Closes with a reset (`SO_LINGER` of nothing), so that the other end sees a broken connection and not an end.
    func reset() {
        var nothing = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &nothing, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}
