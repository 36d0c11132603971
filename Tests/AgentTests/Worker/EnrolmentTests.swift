import FlamencoAPI
import HTTPServer
import ManagerClient
import TestSupport
import Testing

@testable import Agent

@Suite("Enrolment", .timeLimit(.minutes(1)))
struct EnrolmentTests {
    private let folder: TemporaryFolder
    private let file: CredentialsFile
    private let clock = ManualClock()
    private let known = WorkerCredentials(workerID: "known", secret: "s")

    init() throws {
        folder = try TemporaryFolder()
        file = CredentialsFile(path: folder.path("credentials.json"))
    }

    private func enrolment(at manager: StandInManager) throws -> Enrolment {
        let client = try ManagerClient(url: ManagerURL(manager.server.url), software: "test")
        let session = try ManagerSession(
            client: client, file: file, outage: Outage(clock: clock, log: .silent), backoff: Backoff(fraction: { 1 }),
            clock: clock, log: .silent)
        return Enrolment(
            manager: session, profile: WorkerProfile(name: "node", taskTypes: ["blender", "misc"], software: "test"),
            clock: clock, log: .silent)
    }

    /// Turns the clock each time that the enrolment waits, until it is signed on; returns how long each wait was.
    private func signOn(_ enrolment: Enrolment, waits: Int) async throws -> (
        requested: WorkerStatus, isNewWorker: Bool, waits: [Duration]
    ) {
        async let result = enrolment.signOn()
        var waited: [Duration] = []
        for _ in 0..<waits {
            await clock.waitForSleepers()
            let wait = clock.pendingSleeps[0]
            waited.append(wait)
            clock.advance(by: wait)
        }
        let (requested, isNewWorker) = try await result
        return (requested, isNewWorker, waited)
    }

    @Test("a new worker registers once, keeps its credentials, and signs on with them")
    func registers() async throws {
        let manager = try StandInManager { request, _ in
            switch request.target {
            case "/api/version": .version
            case "/api/worker/register-worker": .json(200, #"{"uuid": "w1", "status": "", "last_activity": ""}"#)
            case "/api/worker/sign-on": .json(200, #"{"status_requested": "awake"}"#)
            default: .json(404, "{}")
            }
        }
        let result = try await signOn(try enrolment(at: manager), waits: 0)
        #expect(result.requested == .awake)
        #expect(result.isNewWorker)
        let asked = manager.asked.drop { $0.line.hasSuffix("/version") }.map(\.self)
        #expect(asked.map(\.line) == ["POST /api/worker/register-worker", "POST /api/worker/sign-on"])
        #expect(asked.map(\.user) == [nil, "w1"])
        #expect(asked[0].body?["nickname"] == "node")
        #expect(asked[0].body?["supported_task_types"] == ["blender", "misc"])
        let secret = try #require(asked[0].body?["secret"]?.stringValue)
        #expect(secret.count == 64)
        #expect(try file.load() == WorkerCredentials(workerID: "w1", secret: secret))

        let again = try await signOn(try enrolment(at: manager), waits: 0)
        #expect(!again.isNewWorker)
        #expect(manager.lines.count { $0.contains("register") } == 1)
    }

    @Test("a manager that cannot does not cost a worker its credentials", arguments: [500, 502, 503, 429, 408])
    func busy(status: Int) async throws {
        try file.store(known)
        let manager = try StandInManager { request, before in
            if request.target == "/api/version" { return .version }
            return before < 4 ? .json(status, "<html>") : .json(200, #"{"status_requested": "asleep"}"#)
        }
        let result = try await signOn(try enrolment(at: manager), waits: 4)
        #expect(result.requested == .asleep)
        #expect(!result.isNewWorker)
        #expect(result.waits == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
        #expect(try file.load() == known)
    }

    @Test("two refusals do not cost a worker its credentials", arguments: [401, 403])
    func fewRefusals(status: Int) async throws {
        try file.store(known)
        let manager = try StandInManager { request, before in
            if request.target == "/api/version" { return .version }
            return before < 2 ? .json(status, #"{"message": "no"}"#) : .json(200, #"{"status_requested": "awake"}"#)
        }
        let result = try await signOn(try enrolment(at: manager), waits: 2)
        #expect(!result.isNewWorker)
        #expect(try file.load() == known)
    }

    @Test("three refusals over ten seconds do: the old ones are kept aside, and the worker registers anew")
    func refused() async throws {
        try file.store(known)
        let manager = try StandInManager { request, _ in
            switch (request.target, request.basicCredentials?.user) {
            case ("/api/version", _): .version
            case ("/api/worker/register-worker", _): .json(200, #"{"uuid": "w2"}"#)
            case (_, "w2"): .json(200, #"{"status_requested": "awake"}"#)
            default: .json(403, #"{"message": "who are you?"}"#)
            }
        }
        let enrolment = try enrolment(at: manager)
        let signedOn = Task { try await enrolment.signOn() }
        var rejections = CredentialRejections()
        var total = Duration.zero
        while !rejections.rejected(at: total) {
            await clock.waitForSleepers()
            let wait = clock.pendingSleeps[0]
            total += wait
            clock.advance(by: wait)
        }
        #expect(try await signedOn.value.isNewWorker)
        #expect(total >= .seconds(10))
        #expect(try file.load()?.workerID == "w2")
        let kept = try folder.names().filter { $0.hasPrefix("credentials.json.rejected-") }
        #expect(kept.count == 1)
        #expect(try CredentialsFile(path: folder.path(kept.first ?? "")).load() == known)
    }

    @Test("a registration that is refused is tried again after a minute")
    func registrationRefused() async throws {
        let manager = try StandInManager { request, before in
            switch request.target {
            case "/api/version": .version
            case "/api/worker/register-worker":
                before < 2 ? .json(400, #"{"message": "bad"}"#) : .json(200, #"{"uuid": "w1"}"#)
            default: .json(200, #"{"status_requested": "awake"}"#)
            }
        }
        let result = try await signOn(try enrolment(at: manager), waits: 2)
        #expect(result.waits == [.seconds(60), .seconds(60)])
        #expect(result.isNewWorker)
    }

    @Test("a sign-on that is refused for another reason is tried again after a minute, with the same credentials")
    func signOnRejected() async throws {
        try file.store(known)
        let manager = try StandInManager { request, before in
            if request.target == "/api/version" { return .version }
            return before < 1 ? .json(400, #"{"message": "bad"}"#) : .json(200, #"{"status_requested": "awake"}"#)
        }
        let result = try await signOn(try enrolment(at: manager), waits: 1)
        #expect(result.waits == [.seconds(60)])
        #expect(try file.load() == known)
    }

    @Test("nothing is sent to what is not a Flamenco Manager")
    func notAManager() async throws {
        let manager = try StandInManager { request, before in
            if request.target != "/api/version" { return .json(200, #"{"status_requested": "awake", "uuid": "w"}"#) }
            return before < 2 ? .json(404, "<html>nginx</html>") : .version
        }
        let result = try await signOn(try enrolment(at: manager), waits: 2)
        #expect(result.waits == [.seconds(60), .seconds(60)])
        #expect(
            manager.lines.filter { $0 != "GET /api/v3/version" }.prefix(3)
                == ["GET /api/version", "GET /api/version", "GET /api/version"])
    }
}
