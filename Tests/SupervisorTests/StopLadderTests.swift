import SupervisorProtocol
import System
import Testing

@testable import Supervision

@Suite("The ladder to the end of a tree")
struct StopLadderTests {
    private func ladder() -> StopLadder { StopLadder(gracePeriod: .seconds(10), leftoverTime: .seconds(1)) }

    @Test("has no step while the program runs")
    func running() {
        var ladder = ladder()
        #expect(ladder.deadline == nil)
        #expect(ladder.nextStep(at: .seconds(1_000_000)) == nil)
    }

    @Test("is SIGTERM, grace, SIGKILL when told to stop")
    func stop() {
        var ladder = ladder()
        #expect(ladder.stop(at: .seconds(5)) == .terminate)
        #expect(ladder.wasStopped)
        #expect(ladder.stop(at: .seconds(6)) == nil)
        ladder.programEnded(at: .seconds(7))
        #expect(ladder.deadline == .seconds(15))
        #expect(ladder.nextStep(at: .milliseconds(14_999)) == nil)
        #expect(ladder.nextStep(at: .seconds(15)) == .kill)
        #expect(ladder.killingSince == .seconds(15))
    }

    @Test("repeats SIGKILL, less and less often but for ever")
    func repeats() throws {
        var ladder = ladder()
        _ = ladder.stop(at: .zero)
        #expect(ladder.nextStep(at: .seconds(10)) == .kill)
        var pauses: [Duration] = []
        var now = Duration.seconds(10)
        for _ in 0..<20 {
            let next = try #require(ladder.deadline)
            #expect(ladder.nextStep(at: next - .nanoseconds(1)) == nil)
            #expect(ladder.nextStep(at: next) == .kill)
            pauses.append(next - now)
            now = next
        }
        #expect(pauses == pauses.sorted())
        #expect(pauses.last == .milliseconds(250))
    }

    @Test("is half the leftover time, SIGTERM, the other half, SIGKILL when the program has ended")
    func leftovers() {
        var ladder = ladder()
        ladder.programEnded(at: .seconds(3))
        #expect(!ladder.wasStopped)
        #expect(ladder.nextStep(at: .milliseconds(3499)) == nil)
        #expect(ladder.nextStep(at: .milliseconds(3500)) == .terminate)
        #expect(ladder.nextStep(at: .milliseconds(3999)) == nil)
        #expect(ladder.nextStep(at: .seconds(4)) == .kill)
    }

    @Test("does not begin anew when leftovers are told to stop")
    func stopOfLeftovers() {
        var ladder = ladder()
        ladder.programEnded(at: .zero)
        #expect(ladder.stop(at: .milliseconds(100)) == .terminate)
        #expect(!ladder.wasStopped)
        #expect(ladder.deadline == .seconds(1))
    }

    @Test("loses its grace at once, or beforehand")
    func skipGrace() {
        var during = ladder()
        _ = during.stop(at: .zero)
        during.skipGrace(at: .seconds(2))
        #expect(during.nextStep(at: .seconds(2)) == .kill)
        var before = ladder()
        before.skipGrace(at: .zero)
        #expect(before.nextStep(at: .seconds(1)) == nil)
        #expect(before.stop(at: .seconds(1)) == .terminate)
        #expect(before.nextStep(at: .seconds(1)) == .kill)
    }
}

@Suite("What the kernel writes about processes")
struct KernelTextTests {
    @Test("is read whatever a process calls itself", arguments: ["sh", ") Z 1 1", "a b (c) d", ""])
    func stat(name: String) {
        let fields = ProcessTable.fields(of: Array("12 (\(name)) S 3 45 6 0 -1".utf8))
        #expect(fields?.parent == 3)
        #expect(fields?.group == 45)
        #expect(fields?.state == UInt8(ascii: "S"))
    }

    @Test(
        "is not believed when it is cut", arguments: ["", "12", "12 (sh", "12 (sh)", "12 (sh) S 3", "12 (sh) S x 4 5"])
    func cut(line: String) {
        #expect(ProcessTable.fields(of: Array(line.utf8)) == nil)
    }

    @Test("about memory is found by its name")
    func events() {
        let text = Array("low 0\nhigh 1\nmax 22\noom 3\noom_kill 4\noom_group_kill 5\n".utf8)
        #expect(ControlGroup.value(of: "oom_kill", in: text) == 4)
        #expect(ControlGroup.value(of: "oom", in: text) == 3)
        #expect(ControlGroup.value(of: "kill", in: text) == nil)
    }
}
