import Dispatch
import FoundationEssentials
import Synchronization
import System
import TestSupport
import Testing

@testable import HTTPServer

// MARK: Bytes

/// What a parser makes of the bytes of a connection, in a form that can be compared.
enum Parsed: Equatable {
    case request(String, target: String, headers: HTTPHeaders, body: Data, keepsAlive: Bool)
    case failed(Int, String)
    case incomplete
}

/// Feeds a parser pieces of these sizes (the last takes the rest) and gives everything it found, in order.
func parse(_ bytes: [UInt8], pieces: [Int] = [], limits: HTTPLimits = HTTPLimits()) -> [Parsed] {
    var parser = RequestParser(limits: limits)
    var found: [Parsed] = []
    var position = 0
    var sizes = pieces.makeIterator()
    while position < bytes.count {
        let end = min(position + max(sizes.next() ?? bytes.count, 1), bytes.count)
        bytes[position..<end].withUnsafeBytes { piece in
            var rest = piece
            while let event = parser.next(&rest) {
                switch event {
                case .continueExpected: break
                case .request(let message):
                    found.append(
                        .request(
                            message.method, target: message.target, headers: message.headers, body: message.body,
                            keepsAlive: message.keepsAlive))
                case .failed(let error): found.append(.failed(error.status, error.message))
                }
            }
        }
        position = end
    }
    if !parser.isBetweenRequests, !found.contains(where: { if case .failed = $0 { true } else { false } }) {
        found.append(.incomplete)
    }
    return found
}

/// The first thing that a parser finds.
func parseFirst(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Parsed? {
    parse(Array(text.utf8), limits: limits).first
}

// MARK: Sockets

/// A plain TCP client. Its calls block a queue of its own, never the cooperative pool.
final class RawClient: Sendable {
    struct Response: Equatable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    struct ConnectionEnded: Error { let received: String }

    private let socket: Socket
    private let queue = DispatchQueue(label: "client")
    // What has come and was not asked for yet.
    private let buffer = Mutex<[UInt8]>([])
    private let isClosed = Mutex(false)

    convenience init(_ server: HTTPServer) throws { try self.init(host: server.host, port: server.port) }

    init(host: String = "127.0.0.1", port: Int) throws {
        let address = try #require(SocketAddress(host: host, port: UInt16(port)))
        let socket = try Socket(family: address.family)
        self.socket = socket
        _ = fcntl(socket.number, F_SETFL, 0)  // May block.
        try socket.connect(to: address)
    }

    deinit { close() }

    func close() {
        isClosed.withLock { isClosed in
            if !isClosed { socket.close() }
            isClosed = true
        }
    }

    /// Closes so that the other end sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func endOutput() { socket.endOutput() }

    /// Sends all of it, or as much as the other end takes before it goes away.
    func send(_ text: String) async { await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async {
        await onQueue { client in
            var start = 0
            while start < bytes.count {
                guard case .done(let count) = bytes[start...].withUnsafeBytes({ client.socket.send($0) }) else {
                    return
                }
                start += count
            }
        }
    }

    /// The next answer. `hasBody` is false for the answer to a HEAD.
    func response(hasBody: Bool = true) async throws -> Response {
        try await onQueue { client in
            try client.buffer.withLock { buffer in
                var end: Int
                while true {
                    if let found = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                        end = found.upperBound
                        break
                    }
                    try client.receive(into: &buffer)
                }
                let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
                let status = try #require(Int(lines[0].split(separator: " ")[1]))
                let headers = Dictionary(
                    lines.dropFirst().map { line in
                        let colon = line.firstIndex(of: ":") ?? line.endIndex
                        return (String(line[..<colon]).lowercased(), String(line[colon...].dropFirst(2)))
                    }, uniquingKeysWith: { $0 + ", " + $1 })
                let length = hasBody ? Int(headers["content-length"] ?? "0") ?? 0 : 0
                while buffer.count < end + length { try client.receive(into: &buffer) }
                let body = String(decoding: buffer[end..<(end + length)], as: UTF8.self)
                buffer.removeFirst(end + length)
                return Response(status: status, headers: headers, body: body)
            }
        }
    }

    /// The next bytes, as soon as there are so many.
    func text(bytes count: Int) async throws -> String {
        try await onQueue { client in
            try client.buffer.withLock { buffer in
                while buffer.count < count { try client.receive(into: &buffer) }
                defer { buffer.removeFirst(count) }
                return String(decoding: buffer[..<count], as: UTF8.self)
            }
        }
    }

    /// Everything until the other end closes or resets the connection.
    func rest() async -> String {
        await onQueue { client in
            client.buffer.withLock { buffer in
                while (try? client.receive(into: &buffer)) != nil {}
                defer { buffer = [] }
                return String(decoding: buffer, as: UTF8.self)
            }
        }
    }

    private func receive(into buffer: inout [UInt8]) throws {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        guard case .done(let count) = piece.withUnsafeMutableBytes({ socket.receive(into: $0) }) else {
            throw ConnectionEnded(received: String(decoding: buffer, as: UTF8.self))
        }
        buffer += piece[..<count]
    }

    private func onQueue<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable (RawClient) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { () throws(Failure) in try work(self) })
            }
        }
        return try result.get()
    }
}

/// Turns a clock again and again until `task` is done: the server may set a deadline after its answer has come.
@discardableResult
func turning<Value: Sendable>(_ clock: ManualClock, by duration: Duration, until task: Task<Value, Never>) async
    -> Value
{
    let turner = Task {
        while !Task.isCancelled {
            clock.advance(by: duration)
            await Task.yield()
        }
    }
    defer { turner.cancel() }
    return await task.value
}

/// A handler that answers with the method, target and body of the request.
let echo: HTTPHandler = { request in
    let text = "\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))"
    return HTTPResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Data(text.utf8))
}

/// Holds up those who come until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock(\.waiters.count) }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            defer { state = State(isOpen: true) }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }
}
