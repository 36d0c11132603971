import Dispatch
import FlamencoAPI
import Foundation
import ManagerClient
import Synchronization
import TestSupport
import Testing

private let worker = WorkerCredentials(workerID: "w1", secret: "s")

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test("are used again for the next request, and in parallel when there are several")
    func reuse() async throws {
        let server = RawServer { connection in
            while connection.request() != nil { connection.write("HTTP/1.1 204 No Content\r\n\r\n") }
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        for _ in 0..<20 { try await client.signOff(as: worker) }
        #expect(server.connections == 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await client.signOff(as: worker) } }
            try await group.waitForAll()
        }
    }

    @Test("carry requests side by side: none waits for the answer to another")
    func parallel() async throws {
        let bothAreHere = DispatchGroup()
        bothAreHere.enter()
        bothAreHere.enter()
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            bothAreHere.leave()
            bothAreHere.wait()
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        async let one: Void = client.signOff(as: worker)
        async let other: Void = client.signOff(as: worker)
        _ = try await (one, other)
        #expect(server.connections == 2)
    }

    @Test("a request that makes something new is sent once, even when the connection that was kept is closed on it")
    func noHiddenRepetition() async throws {
        let registrations = Mutex(0)
        let server = RawServer { connection in
            while let request = connection.request() {
                if request.contains("register-worker") {
                    registrations.withLock { $0 += 1 }
                    return
                }
                connection.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        try await client.signOff(as: worker)
        let new = WorkerRegistration(secret: "s", platform: "linux", supportedTaskTypes: [], nickname: "n")
        let error = await #expect(throws: ManagerError.self) { try await client.register(new) }
        #expect(error?.reason == .unreachable("the connection was closed before the answer was complete"))
        #expect(registrations.withLock(\.self) == 1)
    }

    @Test("a slow answer is an answer")
    func slow() async throws {
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            for byte in "HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{\"status_requested\":\"awake\"}".utf8 {
                connection.write([byte])
            }
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        #expect(try await client.state(as: worker) == .awake)
    }

    @Test("a chunked answer is put together, its trailer left out")
    func chunked() async throws {
        let server = RawServer { connection in
            guard connection.request() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n")
            connection.write("1\r\n{\r\n1b;a=b\r\n\"status_requested\":\"awake\"}\r\n0\r\nX: y\r\n\r\n")
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        #expect(try await client.state(as: worker) == .awake)
    }

    @Test("a manager on this machine is spoken to directly, whatever proxy the environment names")
    func noProxy() async {
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:9", 1)
            setenv("all_proxy", "http://127.0.0.1:9", 1)
            let server = RawServer { connection in
                guard connection.request() != nil else { return }
                connection.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
            let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
            try await client.signOff(as: WorkerCredentials(workerID: "w", secret: "s"))
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
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        let request = Task { try await client.signOff(as: worker) }
        for await _ in started {}
        request.cancel()
        await #expect(throws: CancellationError.self) { try await request.value }
        for await _ in ended {}
    }

    @Test("a request of a task that is cancelled already is not sent")
    func cancelledBefore() async throws {
        let server = RawServer { $0.write("HTTP/1.1 204 No Content\r\n\r\n") }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        let request = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await client.signOff(as: worker)
        }
        await #expect(throws: CancellationError.self) { try await request.value }
        #expect(server.connections == 0)
    }

    @Test("a thousand clients come and go without leaving a thread or a descriptor behind")
    func comeAndGo() async {
        // In a process of its own, where nobody else starts threads.
        await #expect(processExitsWith: .success) {
            func count(_ folder: String) throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: folder).count
            }
            let server = RawServer { connection in
                while connection.request() != nil { connection.write("HTTP/1.1 204 No Content\r\n\r\n") }
            }
            let url = try ManagerURL(server.url)
            let worker = WorkerCredentials(workerID: "w", secret: "s")
            func visit() async throws { try await ManagerClient(url: url, software: "Test").signOff(as: worker) }
            try await visit()
            let (threads, descriptors) = (try count("/proc/self/task"), try count("/proc/self/fd"))
            for _ in 0..<1000 { try await visit() }
            // The threads end by themselves once their transport is gone; nothing says when.
            let tooLate = ContinuousClock.now + .seconds(20)
            while try count("/proc/self/task") > threads + 8 || count("/proc/self/fd") > descriptors + 8 {
                precondition(.now < tooLate)
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test("a client that never asks has no thread")
    func lazy() async {
        await #expect(processExitsWith: .success) {
            let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            let url = try ManagerURL("http://127.0.0.1:9")
            let clients = (0..<100).map { _ in ManagerClient(url: url, software: "Test") }
            let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            withExtendedLifetime(clients) {}
            precondition(after < before + 50)
        }
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
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        #expect(try await client.state(as: worker) == .awake)
    }
}
