import FoundationEssentials
import Synchronization

/// An event sent by a server (WHATWG HTML, §9.2 "Server-sent events").
public struct ServerSentEvent: Hashable, Sendable {
    /// The type of the event.
    public var name = "message"
    /// The data, possibly of several lines.
    public var data = ""
    /// The ID of the last event that had one.
    public var id = ""
}

/// Parses events from bytes that arrive in pieces.
public struct EventStreamParser: Sendable {
    private var rest: [UInt8] = []
    private var event = ServerSentEvent()
    private var lines: [String] = []

    /// Creates a parser for a new stream.
    public init() {}

    /// Returns the events that are completed by these bytes. Comments are ignored.
    public mutating func events(in bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                rest.append(byte)
                continue
            }
            let line = String(decoding: rest.last == UInt8(ascii: "\r") ? rest.dropLast() : rest[...], as: UTF8.self)
            rest = []
            if let whole = take(line) { events.append(whole) }
        }
        return events
    }

    private mutating func take(_ line: String) -> ServerSentEvent? {
        if line.isEmpty {
            defer {
                event = ServerSentEvent(id: event.id)
                lines = []
            }
            guard !lines.isEmpty else { return nil }
            event.data = lines.joined(separator: "\n")
            return event
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts[0] {
        case "event": event.name = value
        case "data": lines.append(value)
        case "id": event.id = value
        default: break
        }
        return nil
    }
}

/// The manager sends no events; Flamenco sends none over plain HTTP.
public struct NoEventStreamError: Error {}

extension ManagerClient {
    /// The maximum duration of one request.
    private static let longest = Duration.seconds(20 * 86_400)

    /// Returns the events that manager-lite sends at `/events`, from now on or after the one with an ID, until the
    /// connection is closed.
    ///
    /// - Throws: ``NoEventStreamError`` if there is no stream; ``ManagerError``; ends in a cancelled task.
    public func events(after id: String? = nil) -> AsyncThrowingStream<ServerSentEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ServerSentEvent, any Error>.makeStream()
        let request = "GET \(url)/events"
        let listening = Task {
            do {
                try await listen(after: id, request) { continuation.yield($0) }
                continuation.finish()
            } catch let error as TransportError {
                continuation.finish(throwing: ManagerError(request: request, reason: .unreachable(error.problem)))
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in listening.cancel() }
        return stream
    }

    private func listen(
        after id: String?, _ request: String, tell: @escaping @Sendable (ServerSentEvent) -> Void
    ) async throws {
        let parser = Mutex(EventStreamParser())
        let isOther = Mutex(false)
        do {
            let reply = try await transport.send(
                TransportRequest(
                    method: "GET", url: url.description + "/events",
                    headers: ["Accept: text/event-stream"] + (id.map { ["Last-Event-ID: \($0)"] } ?? []),
                    avoidsProxy: url.isLoopback, connectTimeout: timeouts.connect, totalTimeout: Self.longest
                ) { part, headers in
                    guard headers["content-type"]?.hasPrefix("text/event-stream") == true else {
                        isOther.withLock { $0 = true }
                        return false
                    }
                    parser.withLock { $0.events(in: part) }.forEach(tell)
                    return true
                })
            guard reply.status == 200 else { throw NoEventStreamError() }
        } catch let error as TransportError {
            if isOther.withLock({ $0 }) { throw NoEventStreamError() }
            throw error
        }
    }
}
