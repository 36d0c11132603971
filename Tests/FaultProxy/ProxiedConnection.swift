/// A connection of an agent, from its beginning to its end, on a thread of its own.
struct ProxiedConnection {
    private enum Next { case nextRequest, close, reset }

    private let client: TCPSocket
    private let traffic: ProxyTraffic

    init(_ client: TCPSocket, _ traffic: ProxyTraffic) {
        self.client = client
        self.traffic = traffic
    }

    /// Passes requests on, or does not, until the connection ends.
    func run() {
        guard traffic.join(client) else { return client.reset() }
        var reader = MessageReader(client)
        var next = Next.nextRequest
        while next == .nextRequest {
            guard let request = reader.next() else {
                next = .close
                break
            }
            next = play(traffic.fault(for: request.target), request)
        }
        traffic.leave(client)
        if next == .reset { client.reset() } else { client.close() }
    }

    private func play(_ fault: Fault, _ request: HTTPMessage) -> Next {
        switch fault {
        case .reset:
            return .reset
        case .hang:
            client.waitForEnd()
            return .close
        case .answer(let status, let headers, let body):
            let head = ["HTTP/1.1 \(status) Scripted"] + headers + ["Content-Length: \(body.utf8.count)", "", ""]
            return client.send(Array((head.joined(separator: "\r\n") + body).utf8)) ? .nextRequest : .close
        case .cutRequest(let count):
            if let manager = try? TCPSocket.connected(toPort: traffic.managerPort) {
                manager.send(request.bytes.prefix(count))
                manager.reset()
            }
            return .reset
        case .pass, .loseReply, .cutReply, .throttle:
            guard let reply = reply(to: request) else { return .reset }
            return deliver(reply, fault)
        }
    }

    private func deliver(_ reply: HTTPMessage, _ fault: Fault) -> Next {
        switch fault {
        case .cutReply(let count):
            client.send(reply.bytes.prefix(count))
            return .reset
        case .throttle(let rate):
            return client.send(reply.bytes, bytesPerSecond: rate) ? .nextRequest : .close
        case .pass:
            return client.send(reply.bytes) ? .nextRequest : .close
        case .reset, .hang, .answer, .cutRequest, .loseReply:
            return .reset
        }
    }

    /// What the manager answers; absent when it does not.
    private func reply(to request: HTTPMessage) -> HTTPMessage? {
        guard let manager = try? TCPSocket.connected(toPort: traffic.managerPort) else { return nil }
        defer { manager.close() }
        guard manager.send(request.bytes) else { return nil }
        var reader = MessageReader(manager)
        return reader.next()
    }
}
