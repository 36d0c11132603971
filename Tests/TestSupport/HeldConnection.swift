import Foundation

/// A connection to this machine whose last request is never finished, for as long as it lives.
public final class HeldConnection: Sendable {
    private let descriptor: Int32

    /// Connects, asks for something, waits for the answer, which shows that the server has read all, and leaves it at that.
    ///
    /// - Parameter path: what it asks for.
    public init(to port: Int, path: String) async throws {
        let text = "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET \(path) HTTP/1.1\r\n"
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count else {
            close(descriptor)
            throw POSIXError(.ECONNREFUSED)
        }
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) < 0, errno == EAGAIN {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    deinit { close(descriptor) }
}
