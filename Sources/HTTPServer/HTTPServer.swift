import System

/// Answers a request. Runs in a separate Swift task for each request; must not block.
///
/// The task is cancelled when the other end closes its side of the connection, and when the server closes it. An answer
/// that it returns nevertheless is sent if possible.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse

/// A server for HTTP/1.1 and 1.0 (RFC 9110, RFC 9112), with one thread and one task for each request.
///
/// Requests of one connection are answered in order, one at a time. Malformed, too large or too slow requests are
/// answered by the server itself, with a JSON body `{"code": …, "message": …}`, and never reach the handler. A server
/// that is released without `stop` stops immediately.
public final class HTTPServer: Sendable {
    /// The address it listens on, without brackets.
    public let host: String
    /// The port it listens on.
    public let port: Int

    private let events: EventQueue
    private let clock: LoopClock

    /// The URL of the server, for example `http://127.0.0.1:8080`.
    public var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Starts to listen and serve.
    ///
    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address of this machine, or `localhost`, which is 127.0.0.1.
    ///   - port: 0 picks a free port.
    ///   - clock: the clock for the times in `limits` and for `stop`.
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
            // The loop is transferred: nothing else keeps a reference to it.
            try SystemThread.start("HTTP server") { loop.run() }
        } catch {
            listener.close()
            throw error
        }
    }

    deinit { events.post(.cut) }

    /// Stops accepting connections, closes those without a request, waits for the requests in progress, then closes
    /// their connections too; after `limit` it closes the remaining ones and cancels their handlers. Returns when all
    /// connections are closed. Can be called again, to wait or to shorten the wait; cancelling the caller closes
    /// immediately.
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
