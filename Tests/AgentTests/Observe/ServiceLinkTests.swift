import ExecutorKit
import FlamencoAPI
import TestSupport
import Testing

@testable import Agent

@Suite("What a service manager hears of the agent", .timeLimit(.minutes(1)))
struct ServiceLinkTests {
    private let folder: TemporaryFolder
    private let listener: DatagramSocket
    private let clock = ManualClock()
    private let board: StatusBoard
    private let link: ServiceLink

    init() throws {
        folder = try TemporaryFolder()
        listener = try DatagramSocket(path: folder.path("notify"))
        board = StatusBoard(worker: "n", manager: "http://m", stateDirectory: "/s", pid: 7, clock: clock)
        link = ServiceLink(
            ServiceNotifier(environment: ["NOTIFY_SOCKET": listener.path], pid: 7), status: board, clock: clock)
    }

    @Test("is no more than a line a second, and the newest in the end")
    func pace() async {
        board.signedOn()
        #expect(listener.receive() == "READY=1\nSTATUS=starting")
        board.entered(.awake)
        for number in 1...100 { board.takesNoTasks(because: "reason \(number)") }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        #expect(listener.receive() == "STATUS=accepting no tasks: reason 100")
        // Nothing new, nothing to say; then at once, since a second has passed.
        board.takesNoTasks(because: "reason 100")
        clock.advance(by: .seconds(1))
        board.takesNoTasks(because: nil)
        #expect(listener.receive() == "STATUS=awake, waiting for a task")
    }

    @Test("is one line, whatever a task is called")
    func hostileName() async throws {
        board.signedOn()
        board.entered(.awake)
        board.began(
            AssignedTask(
                uuid: "t1", job: "j1", name: "a\r\nWATCHDOG=trigger\r\n", status: .active, priority: 50,
                jobPriority: 50,
                jobType: "t", taskType: "misc", commands: [], stepsTotal: 0))
        board.handle(.activity("b\rREADY=0"))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        // Blocking a thread here would keep the sleeper from its own.
        let message = try await listener.message(with: "task a")
        #expect(!message.unicodeScalars.contains { $0.value < 0x20 }, "\(message)")
        #expect(message == "STATUS=running task a␍␊WATCHDOG=trigger␍␊ of job j1, b␍READY=0")
    }

    @Test("comes at once where it matters: that it is up, and that it stops")
    func urgent() {
        board.outage("no manager")
        #expect(listener.receive() == "READY=1\nSTATUS=no manager; signing on")
        board.stopping()
        #expect(listener.receive() == "STOPPING=1\nSTATUS=stopping")
        // Only once.
        board.signedOn()
        board.stopping()
        link.notifier.tell(.alive)
        #expect(listener.receive() == "WATCHDOG=1")
    }
}
