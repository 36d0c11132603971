import FarmSupport
import FaultProxy
import FlamencoAPI
import Foundation
import ManagerClient
import Testing

@Suite("The proxy that plays faults", .timeLimit(.minutes(1)))
struct FaultProxyTests {
    private func client(of proxy: FaultProxy, total: Duration = .seconds(30)) throws -> ManagerClient {
        var timeouts = ManagerClient.Timeouts()
        timeouts.total = total
        return ManagerClient(url: try ManagerURL(proxy.url), software: "test", timeouts: timeouts)
    }

    private func registration(_ name: String) -> WorkerRegistration {
        WorkerRegistration(secret: "s", platform: "linux", supportedTaskTypes: ["misc"], nickname: name)
    }

    @Test("passes on what no fault is for, and counts")
    func pass() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { $0.ordinal == 1 ? .answer(404, body: "x") : .pass }
        let client = try client(of: proxy)
        #expect(try await client.version().name == "manager-lite")
        await #expect(throws: ManagerError.self) { try await client.version() }
        _ = try await client.register(registration("one"))
        #expect(try await client.version().name == "manager-lite")
        #expect(try await farm.workers().map(\.name) == ["one"])
        #expect(
            proxy.asked.map { "\($0.line) \($0.repetition)" } == [
                "GET /api/version 0", "GET /api/version 1", "POST /api/worker/register-worker 0", "GET /api/version 2",
            ])
    }

    @Test(
        "breaks a request before or after the manager took it",
        arguments: [
            (Fault.reset, false), (.cutRequest(after: 0), false), (.cutRequest(after: 100), false),
            (.cutReply(after: 0), true), (.cutReply(after: 20), true), (.loseReply, true),
            (.hang, false), (.throttle(bytesPerSecond: 1), true),
        ])
    func broken(fault: Fault, isTaken: Bool) async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { _ in fault }
        let error = await #expect(throws: ManagerError.self) {
            _ = try await client(of: proxy, total: .milliseconds(300)).register(registration("one"))
        }
        #expect(error?.isTransient == true, "\(error?.description ?? "")")
        #expect(try await farm.workers().count == (isTaken ? 1 : 0))
    }

    @Test("answers in the manager's place, with header fields and a body")
    func answer() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { _ in .answer(503, headers: ["Retry-After: 7"], body: "<p>busy</p>") }
        let error = await #expect(throws: ManagerError.self) { _ = try await client(of: proxy).version() }
        #expect(error?.reason == .busy(status: 503, message: "<p>busy</p>", retryAfter: .seconds(7)))
    }

    @Test("a slow answer arrives whole")
    func throttle() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { _ in .throttle(bytesPerSecond: 1000) }
        #expect(try await client(of: proxy).version().name == "manager-lite")
    }

    @Test("refuses connections, and takes them again on the same port")
    func refuse() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy()
        let client = try client(of: proxy)
        for _ in 0..<3 {
            #expect(try await client.version().name == "manager-lite")
            proxy.refuse()
            let error = await #expect(throws: ManagerError.self) { try await client.version() }
            #expect(error?.description.hasSuffix("cannot connect: connection refused") == true)
            try proxy.serve()
        }
        #expect(try await client.version().name == "manager-lite")
    }
}
