import System

/// Answers a request. Runs in a Swift task of its own for each request; must not block.
///
/// The task is cancelled when the other end closes its side of the connection, and when the server cuts it. An answer that
/// comes nevertheless is sent if it still can be.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse

/// A server for HTTP/1.1 and 1.0 (RFC 9110, RFC 9112), on one thread of its own and one task a request.
///
/// Requests of one connection are answered in their order, one at a time. What is malformed, too large or too slow is
/// answered by the server itself, with a JSON body `{"code": …, "message": …}`, and never reaches the handler.
/// A server that is let go of without `stop` ends at once.
public final class HTTPServer: Sendable {
    /// The address it listens on, without brackets.
    public let host: String
    /// The port it listens on.
    public let port: Int

    private let events: EventQueue
    private let clock: LoopClock

    /// Where it can be reached, as in `http://127.0.0.1:8080`.
    public var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Listens and serves from now on.
    ///
    /// - Parameters:
    ///   - host: An IPv4 or IPv6 address of this machine, or `localhost`, which is 127.0.0.1.
    ///   - port: 0 picks a free one.
    ///   - clock: What the times in `limits` and of `stop` are measured by.
    public static func start(
        host: String = "127.0.0.1", port: Int = 0, limits: HTTPLimits = HTTPLimits(),
        clock: some Clock<Duration> = ContinuousClock(), handler: @escaping HTTPHandler
    ) throws(HTTPServerError) -> HTTPServer {
        guard let portNumber = UInt16(exactly: port) else { throw HTTPServerError(.notAPort, host: host, port: port) }
        guard let address = SocketAddress(host: host, port: portNumber) else {
            throw HTTPServerError(.notAnAddress, host: host, port: port)
        }
        do throws(SystemError) {
            return try HTTPServer(address: address, limits: limits, clock: LoopClock(clock), handler: handler)
        } catch {
            throw HTTPServerError(error, host: host, port: port)
        }
    }

    private init(
        address: SocketAddress, limits: HTTPLimits, clock: LoopClock, handler: @escaping HTTPHandler
    ) throws(SystemError) {
        let listener = try Socket(family: address.family)
        do throws(SystemError) {
            try listener.listen(on: address)
            let bound = try listener.boundAddress()
            host = bound.host
            port = Int(bound.port)
            events = try EventQueue()
            self.clock = clock
            let loop = try EventLoop(
                listener: listener, events: events, limits: limits, clock: clock, handler: handler)
            // Handed over whole: nobody else keeps a reference to it.
            try SystemThread.start("HTTP server") { loop.run() }
        } catch {
            listener.close()
            throw error
        }
    }

    deinit { events.post(.cut) }

    /// Stops taking connections, closes those without a request, waits for the requests that have begun, then closes
    /// their connections too; after `limit` it cuts whatever is left and cancels its handlers. Returns when all
    /// connections are closed. Can be called again, to wait or to shorten the wait; cancelling the caller cuts at once.
    public func stop(within limit: Duration = .seconds(10)) async {
        let (events, clock) = (events, clock)
        let end = clock.now() + limit
        let cutter = Task {
            guard (try? await clock.sleep(end)) != nil else { return }
            events.post(.cut)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !events.post(.stop(continuation)) { continuation.resume() }
            }
        } onCancel: {
            events.post(.cut)
        }
        cutter.cancel()
    }
}
