import FlamencoAPI
import FoundationEssentials
import ManagerClient
import TestSupport
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
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test", timeouts: timeouts)
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
            (
                "408 Request Timeout", "<h1>too slow</h1>",
                .busy(status: 408, message: "<h1>too slow</h1>", retryAfter: nil)
            ),
            ("400 Bad", #"{"message": "bad body"}"#, .rejected(status: 400, code: nil, message: "bad body")),
            ("404 Not Found", #"{"code": 4, "message": "gone"}"#, .rejected(status: 404, code: 4, message: "gone")),
            ("404 Not Found", #"{"message": ""}"#, .rejected(status: 404, code: nil, message: nil)),
            (
                "400 Bad", #"{"code": "bad", "error": "x"}"#,
                .rejected(status: 400, code: nil, message: #"{"code": "bad", "error": "x"}"#)
            ),
            (
                "400 Bad", #"{"message": " two\nlines\u001b[31m\t\u202Eend "}"#,
                .rejected(status: 400, code: nil, message: "two lines[31m end")
            ),
            (
                "500 Internal", String(repeating: "long ", count: 100_000),
                .busy(status: 500, message: String(repeating: "long ", count: 39) + "long…", retryAfter: nil)
            ),
            ("302 Found", "", .brokenReply("status 302, which is not valid for this request")),
            ("304 Not Modified", "", .brokenReply("status 304, which is not valid for this request")),
            ("202 Accepted", "", .brokenReply("status 202, which is not valid for this request")),
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
        let date = try await reason(
            http("503 Busy", "Date: Sun, 06 Nov 1994 08:49:07 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
        #expect(date == .busy(status: 503, message: nil, retryAfter: .seconds(30)), "by the manager's own clock")
        let nonsense = try await reason(http("503 Busy", "Retry-After: soon\r\n"))
        #expect(nonsense == .busy(status: 503, message: nil, retryAfter: nil))
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        let reason = try await reason(http("302 Found", "Location: http://elsewhere/\r\n"))
        #expect(reason == .brokenReply("a redirect to http://elsewhere/; redirects are not followed"))
    }

    @Test("JSON that is none is said so, with the place that is wrong and what came")
    func malformed() async throws {
        #expect(
            try await reason(http("200 OK", "", "{"))
                == .brokenReply(
                    "not valid JSON: line 1, column 2: expected the name of a member, found the end of the text, in \"{\""
                ))
        #expect(try await reason(http("200 OK")) == .brokenReply("its body is empty"))
        #expect(
            try await reason(http("200 OK", "", "{}"))
                == .brokenReply("field \"status_requested\": missing, in \"{}\""))
        let webPage = try await reason(http("200 OK", "", "<html>\n hi</html>")) { _ = try await $0.version() }
        #expect(
            webPage
                == .brokenReply(
                    "this does not look like a Flamenco manager: not valid JSON: line 1, column 1: expected a value, "
                        + "found \"<\", in \"<html> hi</html>\""))
        let other = try await reason(http("200 OK", "", #"{"status": "ok"}"#)) { _ = try await $0.version() }
        #expect(
            other
                == .brokenReply(
                    #"this does not look like a Flamenco manager: field "version": missing, in "{"status": "ok"}""#))
    }

    @Test("a yes that the contract does not know is none: a proxy's web page does not accept an update")
    func wrongYes() async throws {
        let page = http("200 OK", "Content-Type: text/html\r\n", "<html>please log in</html>")
        let expected = ManagerError.Reason.brokenReply("status 200, which is not valid for this request")
        #expect(
            try await reason(page) { _ = try await $0.updateTask("t", TaskUpdateText(), as: worker) } == expected)
        #expect(try await reason(page) { try await $0.signOff(as: worker) } == expected)
        #expect(
            try await reason(page) { try await $0.stateChanged(WorkerStateChanged(status: .awake), as: worker) }
                == expected)
    }

    @Test(
        "an answer that is cut at any byte is no answer",
        arguments: [
            (
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n{\"status_requested\": \"awake\"}",
                0
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n{\"status_r\r\n13\r\nequested\": \"awake\"}\r\n0\r\n\r\n",
                2
            ),
            ("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", 0),
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}", 0),
            ("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n", 0),
        ])
    func cut(answer: String, unneeded: Int) async throws {
        // A chunked answer is whole once its last chunk is there; an empty line follows.
        for length in 0..<(answer.utf8.count - unneeded) {
            let reason = try await reason(String(decoding: answer.utf8.prefix(length), as: UTF8.self))
            #expect(ManagerError(request: "", reason: reason).isTransient, "cut after \(length) bytes: \(reason)")
        }
    }

    @Test("an answer that is cut at any byte neither accepts an update nor disowns the task", arguments: [204, 409])
    func cutReceipt(status: Int) async throws {
        let answer = "HTTP/1.1 \(status) Whatever\r\nX: y\r\n\r\n"
        for length in 0..<answer.utf8.count {
            let reason = try await reason(String(decoding: answer.utf8.prefix(length), as: UTF8.self)) {
                _ = try await $0.updateTask("t", TaskUpdateText(), as: worker)
            }
            #expect(ManagerError(request: "", reason: reason).isTransient, "cut after \(length) bytes: \(reason)")
        }
    }

    @Test("an answer without end is cut off")
    func endless() async throws {
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
            while connection.write(piece) {}
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        #expect(error?.reason == .brokenReply("it is longer than 64 MiB"))
    }

    @Test(
        "no HTTP at all is an error, not a crash",
        arguments: ["hello\r\n\r\n", "\0\0\0\0", "HTTP/9.9 abc\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n"])
    func garbage(bytes: String) async throws {
        let reason = try await reason(bytes)
        #expect(ManagerError(request: "", reason: reason).isTransient)
    }

    @Test("a manager that never answers runs into the time-out")
    func silence() async throws {
        let server = RawServer { $0.waitForEnd() }
        var timeouts = ManagerClient.Timeouts()
        timeouts.total = .milliseconds(100)
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test", timeouts: timeouts)
        let error = await #expect(throws: ManagerError.self) { try await client.signOff(as: worker) }
        #expect(error?.reason == .unreachable("timed out waiting for the answer"))
        #expect(error?.description == "POST \(server.url)/api/worker/sign-off: timed out waiting for the answer")
    }

    @Test("a manager that is not there refuses the connection")
    func nobody() async throws {
        let client = ManagerClient(url: try ManagerURL("http://127.0.0.1:9"), software: "Test")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        #expect(error?.description == "GET http://127.0.0.1:9/api/version: cannot connect: connection refused")
    }

    @Test(
        "a task that cannot be read is told from an answer that is none, if it says which task it is",
        arguments: [
            (#"{"uuid": "t1", "commands": [{}]}"#, "field \"commands[0].name\": missing"),
            (#"{"commands": 3, "uuid": "t1"}"#, "field \"commands\": expected a list, found 3"),
            (
                #"{"uuid": "t1", "commands": "# + String(repeating: "[", count: 400),
                "not valid JSON: line 1, column 91: nested more than 64 levels deep"
            ),
            (
                #"{"uuid": "t1", "commands": ["# + String(repeating: "1,", count: 100_000) + "]}",
                "not valid JSON: line 1, column 200029: expected a value, found \"]\""
            ),
            (#"{"uuid": "", "commands": []"#, nil), (#"{"commands": []}"#, nil), ("<html>", nil),
        ] as [(String, String?)])
    func unreadableTask(body: String, problem: String?) async throws {
        let answer = http("200 OK", "", body)
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            connection.write(answer)
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        if let problem {
            #expect(
                try await client.scheduleTask(as: worker)
                    == .unreadable(AssignedTask(uuid: "t1"), problem: problem))
        } else {
            await #expect(throws: ManagerError.self) { try await client.scheduleTask(as: worker) }
        }
    }

    @Test("whoever waits for a large answer to be read is let go when it is cancelled")
    func cancelled() async throws {
        let list = "[" + String(repeating: "1,", count: 1_000_000) + "1]"
        let answer = http("200 OK", "", #"{"uuid": "t1", "commands": [], "other": \#(list)}"#)
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            connection.write(answer)
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        let asking = Task { try await client.scheduleTask(as: worker) }
        #expect(try await asking.value == .task(AssignedTask(uuid: "t1")))
        let stopped = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.scheduleTask(as: worker)
        }
        await #expect(throws: CancellationError.self) { try await stopped.value }
    }
}
