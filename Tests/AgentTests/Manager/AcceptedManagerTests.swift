import Discovery
import ExecutorKit
import FarmSupport
import Foundation
import HTTPServer
import ManagerClient
import Synchronization
import System
import TestSupport
import Testing

@testable import Agent

@Suite("The manager that the operator accepted", .timeLimit(.minutes(1)))
struct AcceptedManagerTests {
    private let folder: TemporaryFolder
    private let file: AcceptedManagerFile
    private let accepted = AcceptedManager(url: "http://10.0.0.1:8080", name: "Flamenco", version: "3.9")

    init() throws {
        folder = try TemporaryFolder()
        file = AcceptedManagerFile(stateDirectory: folder.url.path)
    }

    private func autoSettings(_ more: [String: String] = [:]) throws -> Settings {
        try Settings(
            SettingsInput(options: ["manager_url": "auto"].merging(more) { $1 }, environment: [:], file: nil),
            machineName: "node")
    }

    // MARK: The file

    @Test("comes back as it was stored, readable by its owner alone")
    func roundTrip() throws {
        #expect(try file.load() == nil)
        try file.store(accepted)
        #expect(try file.load() == accepted)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["manager.json"])
    }

    @Test(
        "is not taken from a file that makes no sense",
        arguments: [
            "", "{}", #"{"url": "http://m", "name": "x"}"#,
            #"{"url": "ftp://m", "name": "x", "version": "1", "accepted_at": ""}"#,
            #"{"url": "auto", "name": "x", "version": "1", "accepted_at": ""}"#,
        ])
    func nonsense(text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file.path))
        chmod(file.path, 0o600)
        let error = #expect(throws: AcceptedManagerError.self) { try file.load() }
        #expect(error?.description.hasPrefix("the file \(file.path) does not contain an accepted manager") == true)
    }

    @Test("is not taken from a file that others can read, and so perhaps wrote")
    func openFile() throws {
        try file.store(accepted)
        chmod(file.path, 0o644)
        let error = #expect(throws: AcceptedManagerError.self) { try file.load() }
        #expect(error?.description.contains("is accessible to other users (mode 644)") == true)
    }

    // MARK: Settings

    @Test("is what \"auto\" stands for; without one that is an error where a manager is needed")
    func settings() throws {
        let auto = try autoSettings()
        #expect(auto.needsAcceptedManager)
        let error = #expect(throws: AcceptedManagerError.self) {
            try auto.withAcceptedManager(in: folder.url.path)
        }
        #expect(
            error?.description
                == "\"manager_url\" is \"auto\", but no manager has been accepted: accept one with \"flamenco-agent discover --trust "
                + "--state-dir \(folder.url.path)\"")
        #expect(try auto.withAcceptedManager(in: folder.url.path, isNeeded: false).managerURL.isEmpty)
        try file.store(accepted)
        #expect(try auto.withAcceptedManager(in: folder.url.path).managerURL == "http://10.0.0.1:8080")
        let named = try autoSettings(["manager_url": "http://other:80"])
        #expect(try named.withAcceptedManager(in: folder.url.path).managerURL == "http://other:80")
    }

    @Test("is nothing for an agent that keeps nothing")
    func ephemeral() throws {
        let error = #expect(throws: SettingsError.self) { try autoSettings(["ephemeral": "true"]) }
        #expect(
            error?.description.hasPrefix("\"ephemeral\" and a \"manager_url\" of \"auto\" contradict each other")
                == true)
    }

    // MARK: Choosing

    @Test(
        "is the only one that answers, and never another than before without a word",
        arguments: [
            (
                [], nil,
                "no manager answered on the networks of this machine: to accept a manager on another network, run \"URL!\""
            ),
            (["http://a:1"], nil, nil), (["http://a:1"], "http://a:1", nil), (["http://a:1"], "http://a2:1", nil),
            (
                ["http://a:1", "http://b:1"], nil,
                "2 managers answered, http://a:1 (Flamenco 3.9) and http://b:1 (Flamenco 3.9): choose one, for example "
                    + "with \"http://a:1!\""
            ),
            (
                ["http://a:1", "http://b:1"], "http://b:1",
                "2 managers answered, http://a:1 (Flamenco 3.9) and http://b:1 (Flamenco 3.9): choose one, for example "
                    + "with \"http://a:1!\""
            ),
            (
                ["http://a:1"], "http://old:1",
                "http://old:1 was accepted on NOW, but now http://a:1 (Flamenco 3.9) answered: to accept it "
                    + "instead, run \"http://a:1!\""
            ),
        ] as [([String], String?, String?)])
    func choice(urls: [String], before: String?, sentence: String?) throws {
        let managers = urls.map {
            DiscoveredManager(
                url: $0, name: "Flamenco", version: "3.9", alsoAt: [$0.replacing(":1", with: "2:1")])
        }
        let accepted = before.map { AcceptedManager(url: $0, name: "Flamenco", version: "3.9") }
        do {
            let chosen = try ManagerChoice.only(of: managers, accepted: accepted) { "\($0)!" }
            #expect(sentence == nil && chosen == managers[0])
        } catch let error as CommandError {
            #expect(error.description.replacing(accepted?.acceptedAt ?? "-", with: "NOW") == sentence)
        }
    }

    // MARK: Asking

    /// A finder on whose network these locations are told by this host.
    private func finder(_ sender: String = "127.0.0.1", _ urls: String...) throws -> ManagerFinder {
        let address = try #require(IPv4Address(sender))
        return ManagerFinder(try autoSettings()) { [urls] _ in
            var found = FoundManagers()
            for url in urls {
                found.add(
                    UDPSocket.Datagram(
                        bytes: ManagerNotice.answer(try ManagerLocation(url), software: "x/1"),
                        sender: UDPSocket.Peer(address, port: 1900)))
            }
            return found
        }
    }

    @Test("is asked which it is before it counts; who speaks of others is not believed, and they are not asked")
    func asked() async throws {
        let farm = try LiveFarm()
        let silent = try StandInManager { _, _ in .json(404, "{}") }
        let found = try await finder("127.0.0.1", farm.url, silent.server.url, "http://10.9.9.9:8080/").find()
        #expect(found.managers.map(\.url) == [farm.url])
        #expect(found.managers.first?.name == "manager-lite")
        let other = try #require(found.all.first { $0.url == silent.server.url })
        #expect(other.problem?.hasPrefix("does not answer as a Flamenco Manager: GET ") == true)
        let claim = try await finder("10.9.9.9", farm.url).find()
        #expect(claim.managers.isEmpty && claim.all.map(\.announcedBy) == ["10.9.9.9"])
        #expect(silent.lines == ["GET /api/v3/version", "GET /api/version"])
    }

    @Test("may call itself anything, which is shown in one line")
    func names() async throws {
        let long = String(repeating: "x", count: 5000)
        let manager = try StandInManager { _, _ in
            .json(200, #"{"name": "\#u{1B}[2J\n\#u{202E}evil", "version": "\#(long)"}"#)
        }
        let found = try await finder("127.0.0.1", manager.server.url).find()
        // The control character in a JSON string makes no sense; escaped it would.
        #expect(found.managers.isEmpty)
        let escaped = try StandInManager { _, _ in
            .json(200, #"{"name": "\u001b[2J\n\u202eevil", "version": "\#(long)"}"#)
        }
        let shown = try #require(try await finder("127.0.0.1", escaped.server.url).find().managers.first)
        #expect(shown.name == #"␛[2J␊\u{202e}evil"#)
        #expect(shown.version?.utf8.count == 80 && shown.version?.hasSuffix("…") == true)
    }

    // MARK: The doctor

    private func check(_ finder: ManagerFinder) async -> DoctorFinding {
        await AcceptedManagerCheck(file: file, finder: finder).run()
    }

    @Test("is looked at by the doctor, with all who answer")
    func doctor() async throws {
        let (farm, other) = (try LiveFarm(), try LiveFarm())
        let none = await check(try finder("127.0.0.1", farm.url))
        #expect(none.status == .failed && none.finding.hasPrefix("none; \(farm.url) (manager-lite "))
        #expect(none.advice == "accept one: flamenco-agent discover --trust --state-dir \(folder.url.path)")

        try file.store(AcceptedManager(url: farm.url, name: "manager-lite", version: "0"))
        let alone = await check(try finder("127.0.0.1", farm.url))
        #expect(
            alone.status == .ok && alone.finding.hasSuffix("; no other manager answers on the networks of this machine")
        )
        let two = await check(try finder("127.0.0.1", farm.url, other.url))
        #expect(two.status == .ok && two.finding.hasSuffix(" also answers") && two.finding.contains(other.url))

        try file.store(AcceptedManager(url: farm.url, name: "Flamenco", version: "3.9"))
        let changed = await check(try finder())
        #expect(changed.status == .warning)
        #expect(changed.finding.contains("was Flamenco 3.9 and is now \(farm.url) (manager-lite"))

        try file.store(AcceptedManager(url: "http://127.0.0.1:9", name: "manager-lite", version: "0"))
        let moved = await check(try finder("127.0.0.1", farm.url))
        #expect(moved.status == .failed)
        #expect(moved.finding.hasPrefix("http://127.0.0.1:9, accepted on ") && moved.finding.contains(farm.url))
    }

    // MARK: While the agent runs

    private final class Record: Sendable {
        let lines = Mutex<[String]>([])
    }

    @Test("that does not answer while another does is an error that names both, told once; nothing is changed")
    func watch() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let record = Record()
        let log = Log(minimum: .warning) { entry in record.lines.withLock { $0.append(entry.message) } }
        let board = StatusBoard(
            worker: "node", manager: "http://127.0.0.1:9", stateDirectory: "/s", pid: 1, clock: clock)
        board.signedOn()
        let watch = ManagerWatch(
            accepted: "http://127.0.0.1:9", stateDirectory: "/s", finder: try finder("127.0.0.1", farm.url),
            status: board, clock: clock, log: log)
        let watching = Task { await watch.run() }
        board.outage("no answer")
        await clock.waitForSleepers()
        clock.advance(by: ManagerWatch.patience)
        try await until { !record.lines.withLock(\.isEmpty) }
        for _ in 0..<2 {
            await clock.waitForSleepers()
            clock.advance(by: ManagerWatch.interval)
        }
        await clock.waitForSleepers()
        let told = record.lines.withLock { $0 }
        #expect(told.count == 1)
        #expect(
            told.first?.hasPrefix("the accepted manager http://127.0.0.1:9 does not answer, but \(farm.url) (") == true)
        #expect(told.first?.hasSuffix("discover --trust \(farm.url) --state-dir /s\" and restart the agent") == true)
        board.outage(nil)
        clock.advance(by: ManagerWatch.interval)
        watching.cancel()
        await watching.value
    }
}
