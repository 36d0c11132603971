import FarmSupport
import FlamencoAPI
import Foundation
import HTTPServer
import ManagerClient
import Service
import TestSupport
import Testing

@testable import Agent

@Suite("What the doctor finds about the manager", .timeLimit(.minutes(1)))
struct ManagerChecksTests {
    private let folder: TemporaryFolder
    private let file: CredentialsFile

    init() throws {
        folder = try TemporaryFolder()
        file = CredentialsFile(path: folder.path("credentials.json"))
    }

    private func client(_ url: String) -> Result<ManagerClient, any Error> {
        Result { try ManagerClient(url: ManagerURL(url), software: "test") }
    }

    // MARK: Manager

    @Test("which it is, and that it speaks what the settings say")
    func manager() async throws {
        let farm = try LiveFarm()
        let found = await ManagerCheck(client: client(farm.url), api: .auto).run()
        #expect(found == .ok("manager-lite \(Service.flamencoVersion) at \(farm.url), API v3"))
        #expect(await ManagerCheck(client: client(farm.url), api: .v2022).run().status == .ok)
        farm.speak([.v3])
        let wrong = await ManagerCheck(client: client(farm.url), api: .v2022).run()
        #expect(wrong.status == .failed)
        #expect(wrong.finding.hasSuffix("API v3, but \"api\" is \"2022\""))
    }

    @Test("that nobody answers, or somebody else, or with trouble")
    func noManager() async throws {
        let dead = await ManagerCheck(client: client("http://127.0.0.1:9"), api: .auto).run()
        #expect(dead.status == .failed)
        #expect(dead.finding == "GET http://127.0.0.1:9/api/v3/version: cannot connect: connection refused")
        #expect(dead.advice?.contains("check that the manager is running") == true)

        let other = try StandInManager { _, _ in .json(200, "<html>") }
        let wrong = await ManagerCheck(client: client(other.server.url), api: .auto).run()
        #expect(wrong.status == .failed)
        #expect(wrong.advice == "check that \"manager_url\" is the URL of a Flamenco Manager")

        let busy = try StandInManager { _, _ in .json(503, "{}") }
        #expect(await ManagerCheck(client: client(busy.server.url), api: .auto).run().status == .failed)

        let nonsense = await ManagerCheck(client: client("node:8080"), api: .auto).run()
        #expect(nonsense.finding == "the manager URL \"node:8080\" has no scheme: write http://node:8080")
    }

    // MARK: Credentials

    @Test("that it knows the worker, without a change of the worker's state")
    func credentials() async throws {
        let farm = try LiveFarm()
        #expect(
            await CredentialsCheck(file: file, client: client(farm.url)).run()
                == .notApplicable("none yet: the worker registers at its first start"))
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        try await until { try await farm.workers().map(\.status) == [.awake] }
        worker.tell(.terminate)
        _ = await running.value
        let stored = CredentialsFile(path: farm.folder.path("agent/credentials.json"))
        let found = await CredentialsCheck(file: stored, client: client(farm.url)).run()
        let id = try #require(try await farm.workers().first?.id)
        #expect(found == .ok("the manager knows worker \(id)"))
        #expect(try await farm.workers().map(\.status) == [.offline])
    }

    @Test("that it refuses them, and not what they are")
    func refused() async throws {
        let farm = try LiveFarm()
        try file.store(WorkerCredentials(workerID: "11111111-2222-4333-8444-555555555555", secret: "hush"))
        let found = await CredentialsCheck(file: file, client: client(farm.url)).run()
        #expect(found.status == .failed)
        #expect(found.finding.hasPrefix("the manager rejects the credentials of worker 11111111-"), "\(found.finding)")
        #expect(!found.finding.contains("hush"))
        #expect(await CredentialsCheck(file: file, client: client("http://127.0.0.1:9")).run().status == .notApplicable)
    }

    @Test("that the file of the credentials is open to others, or broken")
    func badFile() async throws {
        try folder.write("credentials.json", "{}")
        chmod(file.path, 0o644)
        let open = await CredentialsCheck(file: file, client: client("http://127.0.0.1:9")).run()
        #expect(open.status == .failed && open.finding.contains("is accessible to other users (mode 644)"))
        chmod(file.path, 0o600)
        let broken = await CredentialsCheck(file: file, client: client("http://127.0.0.1:9")).run()
        #expect(broken.status == .failed && broken.finding.contains("does not contain credentials"))
    }

    // MARK: Clock

    /// A manager whose clock differs by so many seconds.
    private func manager(ahead seconds: Double?) -> RawServer {
        RawServer { connection in
            while connection.request() != nil {
                let body = #"{"version": "3.7", "name": "Flamenco"}"#
                var date = ""
                if let seconds {
                    let formatter = DateFormatter()
                    formatter.locale = Locale(identifier: "en_US_POSIX")
                    formatter.timeZone = .gmt
                    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
                    date = "Date: \(formatter.string(from: Date().addingTimeInterval(seconds)))\r\n"
                }
                connection.write(
                    "HTTP/1.1 200 OK\r\n\(date)Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            }
        }
    }

    @Test(
        "that its clock differs",
        arguments: [
            (0, "within 30 s of the manager's", .ok), (-20, "within 30 s of the manager's", .ok),
            (3600 + 75, "1 h 1 min behind the manager's", .warning),
            (-3600 - 100, "1 h 2 min ahead of the manager's", .warning),
            (nil, "the manager does not report its time", .notApplicable),
        ] as [(Double?, String, DoctorFinding.Status)])
    func clock(ahead: Double?, words: String, status: DoctorFinding.Status) async throws {
        let manager = manager(ahead: ahead)
        let found = await ClockCheck(client: client(manager.url), clock: ContinuousClock()).run()
        #expect(found.status == status)
        #expect(found.finding == words)
        #expect(status != .warning || found.advice?.contains("NTP") == true)
    }

    @Test("that nobody says the time")
    func noClock() async {
        let found = await ClockCheck(client: client("http://127.0.0.1:9"), clock: ContinuousClock()).run()
        #expect(found == .notApplicable("the manager does not answer"))
    }
}
