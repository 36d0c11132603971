import ExecutorKit
import FlamencoAPI
import Foundation
import Spool
import TestSupport
import Testing

@testable import Agent

@Suite("What the agent knows of itself")
struct StatusBoardTests {
    private let clock = ManualClock()
    private let board: StatusBoard

    init() {
        let start = Date(timeIntervalSince1970: 1_000_000)
        let time = clock.stopwatch()
        board = StatusBoard(
            worker: "node7", manager: "http://m", stateDirectory: "/s", pid: 7, clock: clock,
            now: { start.addingTimeInterval(time().seconds) })
    }

    @Test("spans of time go by the clock of the agent")
    func times() throws {
        clock.advance(by: .seconds(10))
        board.signedOn()
        board.entered(.awake)
        clock.advance(by: .seconds(5))
        board.began(
            AssignedTask(
                uuid: "t", job: "j", name: "n", status: .active, priority: 1, jobPriority: 1, jobType: "jt",
                taskType: "blender", commands: []))
        clock.advance(by: .milliseconds(1500))
        board.outage("gone")
        clock.advance(by: .seconds(2))
        board.outage("still gone")
        clock.advance(by: .seconds(1))
        let status = board.current
        #expect(status.uptimeSeconds == 19.5)
        #expect(status.stateSeconds == 9.5)
        #expect(status.stateSince == status.startedAt.addingTimeInterval(10))
        #expect(status.task?.runningSeconds == 4.5)
        #expect(status.manager.outage?.seconds == 3)
        #expect(status.manager.outage?.reason == "still gone")
        board.outage(nil)
        clock.advance(by: .seconds(100))
        board.outage("again")
        clock.advance(by: .seconds(2))
        #expect(board.counts.outageSeconds == 5)
        // What it says is read back as it was said; times are whole seconds there.
        let json = try board.current.json()
        #expect(try AgentStatus(json: json).json() == json)
    }

    @Test("says why no task is taken")
    func idleReason() {
        #expect(board.current.idleReason == "not signed on yet")
        board.outage("gone")
        #expect(board.current.idleReason == "the manager does not answer")
        board.outage(nil)
        board.signedOn()
        board.entered(.awake)
        #expect(board.current.idleReason == nil)
        board.takesNoTasks(because: "full")
        #expect(board.current.idleReason == "full")
        board.takesNoTasks(because: nil)
        board.entered(.asleep)
        #expect(board.current.idleReason == "the manager requested the state \"asleep\"")
        board.nodeSleeps(because: [SleepReason(cause: .pause, by: "alice")])
        #expect(board.current.idleReason == "paused by alice")
        board.managerWantsSleep(true)
        #expect(board.current.idleReason == "paused by alice; the manager requested the state \"asleep\"")
        #expect(board.current.sleepReasons?.map(\.cause) == [.pause, .manager])
        board.stopping()
        #expect(board.current.idleReason == "the agent is stopping")
    }

    @Test("remembers the last problems, and counts all")
    func problems() {
        let log = Log(minimum: .debug, write: board.noted)
        log.info("fine")
        for number in 1...25 { log.warning("warning \(number)") }
        log.about(LogSubject(id: "t", name: "n", job: "j")).error("bad")
        let problems = board.current.problems
        #expect(problems.count == 10)
        #expect(problems.first?.message == "warning 17")
        #expect(problems.last?.message == "task \"n\" (t): bad")
        #expect(problems.last?.level == "error")
        #expect(board.counts.problems == ["warning": 25, "error": 1])
    }

    @Test("counts how tasks end, and requests")
    func counts() {
        for ending: TaskOutcome in [
            .completed, .completed, .failed(reason: "why"), .interrupted(reason: "why"), .lost,
        ] {
            board.taskEnded(ending)
        }
        #expect(board.current.tasks == .init(completed: 2, failed: 1, interrupted: 1, lost: 1))
        board.asked(.scheduleTask, status: 204)
        board.asked(.scheduleTask, status: 204)
        board.asked(.scheduleTask, status: nil)
        #expect(
            board.counts.requests == [
                ManagerRequestKind(operation: "scheduleTask", status: 204): 2,
                ManagerRequestKind(operation: "scheduleTask", status: nil): 1,
            ])
    }
}
