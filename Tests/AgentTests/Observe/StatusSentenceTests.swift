import ExecutorKit
import FlamencoAPI
import Foundation
import Spool
import TestSupport
import Testing

@testable import Agent

@Suite("What the agent says of itself in one line")
struct StatusSentenceTests {
    private static func board() -> StatusBoard {
        StatusBoard(worker: "node7", manager: "http://m", stateDirectory: "/s", pid: 7, clock: ManualClock())
    }

    private static func task(_ type: String = "blender", steps: Int = 0, of total: Int = 0) -> AssignedTask {
        AssignedTask(
            uuid: "t1", job: "j1", name: "shot", status: .active, priority: 50, jobPriority: 50, jobType: "x",
            taskType: type, commands: [], stepsCompleted: steps, stepsTotal: total)
    }

    /// What happens, and the line after it.
    private struct Case: CustomTestStringConvertible, Sendable {
        let line: String
        let happens: @Sendable (StatusBoard) -> Void
        var testDescription: String { line }
    }

    private static let awake: @Sendable (StatusBoard) -> Void = {
        $0.signedOn()
        $0.entered(.awake)
    }

    private static let cases: [Case] = [
        Case(line: "the disk is full; rendering task shot of job j1") {
            awake($0)
            $0.began(task())
            $0.cannotStore(because: "the disk is full")
        },
        Case(line: "awake, waiting for a task") {
            awake($0)
            $0.cannotStore(because: "the disk is full")
            $0.cannotStore(because: nil)
        },
        Case(line: "signing on") { _ in },
        Case(line: "awake, waiting for a task", happens: awake),
        Case(line: "asleep") {
            awake($0)
            $0.entered(.asleep)
        },
        // A state that this worker does not have.
        Case(line: "asleep") {
            awake($0)
            $0.entered(.testing)
        },
        Case(line: "asleep: paused by alice: my own; the manager requested the state \"asleep\"") {
            awake($0)
            $0.nodeSleeps(because: [SleepReason(cause: .pause, task: .stop, by: "alice", reason: "my own")])
            $0.managerWantsSleep(true)
            $0.entered(.asleep)
        },
        Case(line: "rendering task shot of job j1; then asleep: this machine is in use") {
            awake($0)
            $0.began(task())
            $0.nodeSleeps(because: [SleepReason(cause: .inUse, task: .finish)])
        },
        Case(line: "awake, waiting for a task") {
            awake($0)
            $0.nodeSleeps(because: [SleepReason(cause: .inUse)])
            $0.nodeSleeps(because: [])
        },
        Case(line: "signing on") {
            awake($0)
            $0.signingOn()
        },
        Case(line: "no manager; signing on") { $0.outage("no manager") },
        Case(line: "no manager; awake, waiting for a task") {
            awake($0)
            $0.outage("no manager")
        },
        Case(line: "accepting no tasks: the disk is full") {
            awake($0)
            $0.takesNoTasks(because: "the disk is full")
        },
        Case(line: "awake, waiting for a task") {
            awake($0)
            $0.takesNoTasks(because: "the disk is full")
            $0.takesNoTasks(because: nil)
        },
        Case(line: "rendering task shot of job j1") {
            awake($0)
            $0.began(task())
        },
        Case(line: "rendering task shot of job j1, 2 of 3") {
            awake($0)
            $0.began(task(steps: 1, of: 3))
            $0.handle(.stepCompleted)
        },
        Case(line: "encoding task shot of job j1, 42 %") {
            awake($0)
            $0.began(task("ffmpeg"))
            $0.handle(.progress(0.42))
        },
        Case(line: "running task shot of job j1, copying files") {
            awake($0)
            $0.began(task("misc"))
            $0.handle(.activity("copying files"))
        },
        // The activity of the command before counts no more.
        Case(line: "running task shot of job j1, command 2 of 2") {
            awake($0)
            $0.began(task("misc"))
            $0.handle(.activity("copying files"))
            $0.handle(.began(name: "exec", number: 2, count: 2))
        },
        Case(line: "no manager; rendering task shot of job j1") {
            awake($0)
            $0.began(task())
            $0.outage("no manager")
        },
        Case(line: "stopping; rendering task shot of job j1") {
            awake($0)
            $0.began(task())
            $0.stopping()
        },
        Case(line: "stopping") {
            awake($0)
            $0.began(task())
            $0.stopping()
            $0.taskEnded(.interrupted(reason: "why"))
            // Whatever the manager wants now.
            $0.entered(.awake)
        },
    ]

    @Test("follows what happens", arguments: cases)
    private func line(_ one: Case) {
        let board = Self.board()
        one.happens(board)
        #expect(board.current.sentence == one.line)
    }
}
