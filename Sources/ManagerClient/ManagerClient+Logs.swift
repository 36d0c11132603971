import FlamencoAPI
public import FoundationEssentials

extension ManagerClient {
    /// The maximum size of a part of a log in one request.
    private static let partSize = 8 << 20

    /// Returns the log of a task from an offset (Flamenco 3: `fetchTaskLogInfo`, and the file that it refers to).
    ///
    /// - Returns: the bytes; empty if there are none after the offset.
    public func log(of task: String, from offset: Int = 0) async throws -> Data {
        let exchange = Exchange(self, .fetchTaskLogInfo, [task])
        let answer = try await exchange.answer(status: [200, 204])
        guard answer.status == 200 else { return Data() }
        let info = try await answer.value(TaskLogInfo.self)
        guard info.url.hasPrefix("/") || info.url.hasPrefix(url.description + "/") else {
            throw exchange.failure(.brokenReply("the URL of the log, \"\(info.url)\", is not on the manager"))
        }
        let file = info.url.hasPrefix("/") ? url.description + info.url : info.url
        var log = Data()
        while offset + log.count < info.size {
            let part = try await bytes(of: file, from: offset + log.count)
            if part.isEmpty { break }
            log += part
        }
        return log
    }

    /// Returns a part of a file, with a range request (RFC 9110 §14), or from the whole file if the manager does not
    /// support ranges.
    private func bytes(of file: String, from offset: Int) async throws -> Data {
        let reply: TransportReply
        let request = "GET \(file)"
        do {
            reply = try await transport.send(
                TransportRequest(
                    method: "GET", url: file,
                    headers: ["Range: bytes=\(offset)-\(offset + Self.partSize - 1)"],
                    avoidsProxy: url.isLoopback, connectTimeout: timeouts.connect, totalTimeout: timeouts.total))
        } catch let error as TransportError {
            throw ManagerError(request: request, reason: .unreachable(error.problem))
        }
        switch reply.status {
        case 200: return reply.body.dropFirst(offset)
        case 206: return reply.body
        case 204, 416: return Data()
        default: throw ManagerError(request: request, reason: .rejected(status: reply.status, code: nil, message: nil))
        }
    }
}
