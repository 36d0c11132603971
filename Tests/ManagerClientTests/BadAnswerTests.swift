import FlamencoAPI
import FoundationEssentials
import ManagerClient
import Testing

private let worker = WorkerCredentials(workerID: "w1", secret: "s")

@Suite("Answers that nobody can go on with", .timeLimit(.minutes(1)))
struct BadAnswerTests {
    /// What becomes of a request that is answered with these bytes.
    private func reason(
        _ answer: String, total: Duration = .seconds(30),
        _ request: (ManagerClient) async throws -> Void = { _ = try await $0.state(as: worker) }
    ) async throws -> ManagerError.Reason {
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            connection.write(answer)
        }
        var timeouts = ManagerClient.Timeouts()
        timeouts.total = total
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test", timeouts: timeouts)
        let error = await #expect(throws: ManagerError.self) { try await request(client) }
        return try #require(error).reason
    }

    private func http(_ status: String, _ headers: String = "", _ body: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    @Test(
        "a status says what kind of no it is",
        arguments: [
            (
                "401 Unauthorized", #"{"message": "who?"}"#,
                ManagerError.Reason.unauthorised(status: 401, message: "who?")
            ),
            ("403 Forbidden", "", .unauthorised(status: 403, message: nil)),
            (
                "502 Bad Gateway", "<html>\r\n<h1>oops</h1></html>",
                .busy(status: 502, message: "<html> <h1>oops</h1></html>", retryAfter: nil)
            ),
            (
                "429 Too Many", #"{"code": 429, "message": "slow"}"#,
                .busy(status: 429, message: "slow", retryAfter: nil)
            ),
            ("400 Bad", #"{"message": "bad body"}"#, .rejected(status: 400, code: nil, message: "bad body")),
            ("404 Not Found", #"{"code": 4, "message": "gone"}"#, .rejected(status: 404, code: 4, message: "gone")),
        ])
    func statuses(status: String, body: String, expected: ManagerError.Reason) async throws {
        #expect(try await reason(http(status, "", body)) == expected)
    }

    @Test("Retry-After is read as seconds and as a date, within reason")
    func retryAfter() async throws {
        let seconds = try await reason(http("503 Busy", "Retry-After: 17\r\n"))
        #expect(seconds == .busy(status: 503, message: nil, retryAfter: .seconds(17)))
        let long = try await reason(http("503 Busy", "retry-after: 999999\r\n"))
        #expect(long == .busy(status: 503, message: nil, retryAfter: .seconds(3600)))
        let past = try await reason(http("503 Busy", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
        #expect(past == .busy(status: 503, message: nil, retryAfter: .zero))
        let nonsense = try await reason(http("503 Busy", "Retry-After: soon\r\n"))
        #expect(nonsense == .busy(status: 503, message: nil, retryAfter: nil))
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        let reason = try await reason(http("302 Found", "Location: http://elsewhere/\r\n"))
        #expect(reason == .brokenReply("a redirect to http://elsewhere/, which is not followed"))
    }

    @Test("JSON that is none is said so, with the place that is wrong")
    func malformed() async throws {
        #expect(try await reason(http("200 OK", "", "{")) == .brokenReply("not valid JSON"))
        #expect(
            try await reason(http("200 OK", "", "{}"))
                == .brokenReply("field “status_requested”: missing"))
        #expect(
            try await reason(http("200 OK", "", "<html>")) { _ = try await $0.version() }
                == .brokenReply("this does not look like a Flamenco Manager: not valid JSON"))
    }

    @Test("an answer that is cut at any byte is no refusal")
    func cut() async throws {
        let answer = http("200 OK", "Content-Type: application/json\r\n", #"{"status_requested": "awake"}"#)
        for length in 0..<answer.utf8.count {
            let reason = try await reason(String(decoding: answer.utf8.prefix(length), as: UTF8.self))
            #expect(ManagerError(request: "", reason: reason).isTransient, "cut after \(length) bytes: \(reason)")
        }
    }

    @Test("no HTTP at all is an error, not a crash", arguments: ["hello\r\n\r\n", "\0\0\0\0", "HTTP/9.9 abc\r\n\r\n"])
    func garbage(bytes: String) async throws {
        let reason = try await reason(bytes)
        #expect(ManagerError(request: "", reason: reason).isTransient)
    }

    @Test("a manager that never answers runs into the time-out")
    func silence() async throws {
        let server = RawServer { $0.waitForEnd() }
        var timeouts = ManagerClient.Timeouts()
        timeouts.total = .milliseconds(100)
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test", timeouts: timeouts)
        let error = await #expect(throws: ManagerError.self) { try await client.signOff(as: worker) }
        #expect(error?.reason == .unreachable("no answer in time"))
        #expect(error?.description == "POST \(server.url)/api/worker/sign-off: no answer in time")
    }

    @Test("a manager that is not there refuses the connection")
    func nobody() async throws {
        let client = try ManagerClient(url: ManagerURL("http://127.0.0.1:9"), software: "Test")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        #expect(error?.description == "GET http://127.0.0.1:9/api/version: cannot connect: connection refused")
    }
}

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test("are used again for the next request, and in parallel when there are several")
    func reuse() async throws {
        let server = RawServer { connection in
            while connection.request() != nil { connection.write("HTTP/1.1 204 No Content\r\n\r\n") }
        }
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test")
        for _ in 0..<20 { try await client.signOff(as: worker) }
        #expect(server.connections == 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await client.signOff(as: worker) } }
            try await group.waitForAll()
        }
    }

    @Test("end when the task that waits for an answer is cancelled")
    func cancellation() async throws {
        let (ended, end) = AsyncStream<Void>.makeStream()
        let (started, start) = AsyncStream<Void>.makeStream()
        let server = RawServer { connection in
            _ = connection.request()
            start.finish()
            connection.waitForEnd()
            end.finish()
        }
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test")
        let request = Task { try await client.signOff(as: worker) }
        for await _ in started {}
        request.cancel()
        await #expect(throws: CancellationError.self) { try await request.value }
        for await _ in ended {}
    }

    @Test("a request of a task that is cancelled already is not sent")
    func cancelledBefore() async throws {
        let server = RawServer { $0.write("HTTP/1.1 204 No Content\r\n\r\n") }
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test")
        let request = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await client.signOff(as: worker)
        }
        await #expect(throws: CancellationError.self) { try await request.value }
        #expect(server.connections == 0)
    }

    @Test("a hundred clients come and go without leaving a thread behind")
    func comeAndGo() async throws {
        func threads() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
        let before = try threads()
        for _ in 0..<100 { _ = try ManagerClient(url: ManagerURL("http://127.0.0.1:9"), software: "Test") }
        // The threads end by themselves once their transport is gone.
        while try threads() > before + 20 { await Task.yield() }
    }

    @Test("a gzipped answer is unpacked")
    func gzip() async throws {
        // {"status_requested":"awake"}, as gzip writes it.
        let packed: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x2e, 0x49, 0x2c,
            0x29, 0x2d, 0x8e, 0x2f, 0x4a, 0x2d, 0x2c, 0x4d, 0x2d, 0x2e, 0x49, 0x4d, 0x51, 0xb2, 0x52, 0x4a,
            0x2c, 0x4f, 0xcc, 0x4e, 0x55, 0xaa, 0x05, 0x00, 0x8c, 0xc2, 0x32, 0x6b, 0x1c, 0x00, 0x00, 0x00,
        ]
        let server = RawServer { connection in
            _ = connection.request()
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            connection.write(packed)
        }
        let client = try ManagerClient(url: ManagerURL(server.url), software: "Test")
        #expect(try await client.state(as: worker) == .awake)
    }
}
