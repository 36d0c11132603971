import ExecutorKit
import Foundation
import SpoolSupport
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Whether a node lets its worker work", .timeLimit(.minutes(1)))
struct NodeAvailabilityTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock()
    private let entries = Recorder<LogEntry>()
    /// By how many seconds somebody set the clock on the wall forward.
    private let shift = Shift()

    /// Can be changed while others read it.
    private final class Shift: Sendable {
        let seconds = Mutex(0.0)
    }

    init() throws { folder = try TemporaryFolder() }

    /// A Friday at noon, and what the manual clock shows since.
    private var wallClock: WallClock {
        let noon = Date(timeIntervalSince1970: 1_795_780_800)
        let start = ManualClock().now
        return WallClock(
            now: { [clock, shift] in
                noon + start.duration(to: clock.now).seconds + shift.seconds.withLock(\.self)
            }, offset: { _ in 0 })
    }

    private func availability(_ options: [String: String] = [:]) async throws -> NodeAvailability {
        let options = options.merging(["manager_url": "http://m"]) { $1 }
        let settings = try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n")
        var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        programs.defaults.operatorVariables["PATH"] = folder.path("bin") + ":/usr/bin:/bin"
        return await NodeAvailability(
            settings, stateDirectory: folder.url.path, programs: programs, clock: clock, wallClock: wallClock,
            log: Log { [entries] in entries.add($0) }, onChange: { _ in })
    }

    /// Watches while `body` runs.
    private func watching(_ availability: NodeAvailability, _ body: () async throws -> Void) async throws {
        let watch = Task { await availability.run() }
        try await body()
        watch.cancel()
        await watch.value
    }

    /// Turns the clock, and lets whoever looks at it every minute do so.
    private func turn(minutes: Int) async {
        for _ in 0..<minutes {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
        }
        await clock.waitForSleepers()
    }

    private func texts(_ availability: NodeAvailability) -> [String] { availability.reasons.map { $0.text(wallClock) } }

    // MARK: Pauses

    @Test("a pause survives a restart of the agent, until somebody ends it")
    func survives() async throws {
        let first = try await availability()
        #expect(first.currentWish() == .work)
        let answer = first.perform(
            NodeCommand(.pause, by: "alice", reason: "local\nrender", afterTask: true), hasTask: true)
        #expect(
            answer
                == NodeAnswer(
                    isDone: true,
                    message: "paused by alice: local␊render; the running task finishes first"))
        #expect(first.currentWish() == .sleep(.finish, reason: "paused by alice: local␊render"))
        let second = try await availability()
        #expect(second.currentWish() == first.currentWish())
        #expect(try folder.names() == ["pause.json"])
        #expect(second.perform(NodeCommand(.resume, by: "bob"), hasTask: false).message == "resumed")
        #expect(try folder.names() == [])
        #expect(second.currentWish() == .work)
        #expect(
            second.perform(NodeCommand(.resume, by: "bob"), hasTask: false)
                == NodeAnswer(isDone: true, message: "was not paused"))
        #expect(
            entries.all.map(\.message).suffix(3) == [
                "this node accepts no tasks: paused by alice: local␊render", "resumed by bob",
                "this node accepts tasks again",
            ])
    }

    @Test("a pause for a time ends by itself, and so it does while no agent runs")
    func endsByItself() async throws {
        let first = try await availability()
        #expect(
            first.perform(NodeCommand(.pause, by: "alice", for: .seconds(7200)), hasTask: true).message
                == "paused by alice until 14:00; the running task is stopped and returned to the manager")
        try await watching(first) {
            // Whoever sets the clock on the wall is noticed too.
            try await until { clock.pendingSleeps == [NodeAvailability.longestWait] }
            await turn(minutes: 119)
            #expect(!first.reasons.isEmpty)
            clock.advance(by: .seconds(60))
            try await until { first.reasons.isEmpty }
            try await until { try folder.names() == [] }
        }
        _ = first.perform(NodeCommand(.pause, by: "alice", for: .seconds(60)), hasTask: false)
        #expect(try await availability().currentWish() != .work)
        clock.advance(by: .seconds(60))
        #expect(try await availability().currentWish() == .work)
    }

    @Test("a pause that is not for long is waited for no longer")
    func shortPause() async throws {
        let availability = try await availability()
        try await watching(availability) {
            _ = availability.perform(NodeCommand(.pause, by: "alice", for: .seconds(30)), hasTask: false)
            try await until { clock.pendingSleeps == [.seconds(30)] }
            #expect(texts(availability) == ["paused by alice until 12:00"])
            clock.advance(by: .seconds(30))
            try await until { availability.reasons.isEmpty }
        }
    }

    @Test("a pause takes the place of the one before, and cannot be of any length")
    func lengths() async throws {
        let availability = try await availability()
        _ = availability.perform(NodeCommand(.pause, by: "alice", for: .seconds(60)), hasTask: false)
        _ = availability.perform(NodeCommand(.pause, by: "bob", reason: "x"), hasTask: false)
        #expect(texts(availability) == ["paused by bob: x"])
        for time in [Duration.zero, .seconds(-1), .seconds(1e10)] {
            let answer = availability.perform(NodeCommand(.pause, by: "carol", for: time), hasTask: false)
            #expect(answer == NodeAnswer(isDone: false, message: "the pause is too long"))
        }
        #expect(texts(availability) == ["paused by bob: x"])
    }

    @Test("what is no pause in its file counts as one, since it may be, until somebody ends it")
    func damaged() async throws {
        try folder.write("pause.json", "{\"by\": 7}")
        let availability = try await availability()
        #expect(
            availability.currentWish()
                == .sleep(
                    .stop,
                    reason:
                        "paused by somebody: \(folder.path("pause.json")) cannot be read: it does not contain a pause"))
        _ = availability.perform(NodeCommand(.resume, by: "bob"), hasTask: false)
        #expect(try folder.names() == [] && availability.currentWish() == .work)
    }

    @Test("a pause that cannot be stored holds all the same, and whoever asked for it hears of that")
    func notStored() async throws {
        let availability = try await availability()
        try FileManager.default.createDirectory(
            atPath: folder.path("pause.json.new"), withIntermediateDirectories: false)
        let answer = availability.perform(NodeCommand(.pause, by: "alice"), hasTask: false)
        #expect(answer.isDone && texts(availability) == ["paused by alice"])
        #expect(answer.warning?.contains("pause.json.new") == true, "\(answer)")
        #expect(answer.warning?.hasSuffix("this will be lost when the agent restarts") == true)
    }

    // MARK: Hours and people

    @Test("hours begin and end by the clock on the wall, which somebody may set")
    func hours() async throws {
        let availability = try await availability(["work_hours": "19:00-08:00", "when_busy": "stop"])
        #expect(availability.currentWish() == .sleep(.stop, reason: "outside work hours until 19:00"))
        try await watching(availability) {
            await turn(minutes: 7 * 60 - 1)
            #expect(!availability.reasons.isEmpty)
            clock.advance(by: .seconds(60))
            try await until { availability.reasons.isEmpty }
            shift.seconds.withLock { $0 = 13 * 3600 }
            await turn(minutes: 1)
            try await until { !availability.reasons.isEmpty }
        }
        let answer = availability.perform(NodeCommand(.resume, by: "bob"), hasTask: false)
        #expect(answer.message.hasPrefix("was not paused; the worker stays asleep: outside work hours"))
    }

    /// Puts something in the place of `loginctl`.
    private func loginctl(_ script: String) throws {
        try folder.write("bin/loginctl", "#!/bin/sh\n\(script)\n", executable: true)
    }

    @Test("somebody who uses the machine is noticed within a minute, and so is that nobody does")
    func use() async throws {
        try loginctl("echo \"$*\" >>\(folder.path("asked")); cat \(folder.path("hint"))")
        try folder.write("hint", "IdleHint=no\n")
        let availability = try await availability(["only_when_idle": "15m"])
        try await availability.prepare()
        #expect(texts(availability) == ["this machine is in use"])
        try await watching(availability) {
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [.seconds(60)])
            try folder.write("hint", "IdleHint=yes\nIdleSinceHintMonotonic=0\n")
            clock.advance(by: .seconds(60))
            // This machine may have started less than 15 minutes ago.
            try await until { texts(availability) != ["this machine is in use"] }
            await clock.waitForSleepers()
            try loginctl("echo no bus >&2; exit 1")
            clock.advance(by: .seconds(60))
            try await until {
                texts(availability)
                    == ["loginctl does not report whether this machine is idle: exit status 1: no bus"]
            }
        }
        let problems = entries.all.filter { $0.level >= .warning }.map(\.message)
        #expect(problems == ["this node accepts no tasks: \(texts(availability)[0])"])
        let asked = try String(contentsOfFile: folder.path("asked"), encoding: .utf8)
        #expect(
            asked.hasPrefix(
                "show-session --property=IdleHint --property=IdleSinceHintMonotonic --property=NCurrentSessions\n"))
    }

    @Test(
        "without logind an agent that should mind it does not begin",
        arguments: [
            ("echo 'no bus' >&2; exit 1", "exit status 1: no bus"),
            ("echo Hello", "its output has no \"IdleHint\""),
        ])
    func noLogind(script: String, problem: String) async throws {
        try loginctl(script)
        let availability = try await availability(["only_when_idle": "15m"])
        let error = await #expect(throws: SettingsError.self) { try await availability.prepare() }
        #expect(
            error?.description
                == "\"only_when_idle\" needs logind: loginctl does not report whether this machine is idle: \(problem)")
    }
}
