import Foundation
import Synchronization
import System

/// A server that says exactly the bytes that a test wants, however wrong they are.
public final class RawServer: Sendable {
    /// A connection that came in; it is closed when the script returns.
    public struct Connection: Sendable {
        let descriptor: Int32

        /// Reads one request, head and body; nothing when the other end closed.
        public func request() -> String? {
            var bytes: [UInt8] = []
            var wholeCount: Int?
            while true {
                wholeCount = wholeCount ?? Self.wholeCount(bytes)
                if let wholeCount, bytes.count >= wholeCount { return String(decoding: bytes, as: UTF8.self) }
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count <= 0 { return nil }
                bytes += buffer.prefix(count)
            }
        }

        /// How many bytes a request has in all; nothing when its head is not whole yet.
        private static func wholeCount(_ bytes: [UInt8]) -> Int? {
            let data = Data(bytes)
            guard let end = data.firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
            let length = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
                .first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) }
            return end.upperBound + (length ?? 0)
        }

        /// Writes text.
        public func write(_ text: String) { write(Array(text.utf8)) }

        /// Whether all bytes could be written.
        @discardableResult
        public func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if sent <= 0 { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }

        /// Waits until the other end closes.
        public func waitForEnd() { while request() != nil {} }
    }

    /// Where it is.
    public let url: String
    private let listener: Int32
    private let accepted = Mutex(0)

    /// Listens on a free port of this machine and plays `script` for each connection, on a thread of its own.
    public init(_ script: @escaping @Sendable (Connection) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = listen(listener, 64)
                _ = getsockname(listener, pointer, &length)
            }
        }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        try? SystemThread.start("raw server") { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed here and not by whoever ends it: the number must not become another's while this waits.
                    close(listener)
                    return
                }
                self?.accepted.withLock { $0 += 1 }
                try? SystemThread.start("connection") {
                    script(Connection(descriptor: descriptor))
                    close(descriptor)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// How many connections came in so far.
    public var connections: Int { accepted.withLock(\.self) }
}
