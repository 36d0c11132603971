import ExecutorKit
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("What a machine must have", .timeLimit(.minutes(1)))
struct MachineTests {
    @Test("the table of mounts is read as the kernel writes it")
    func mounts() {
        let table = MountTable(
            #"""
            22 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
            36 22 98:0 /vol /mnt/with\040space rw,noatime master:1 propagate_from:2 - nfs4 server:/vol rw,soft
            40 22 0:5 / /net rw - autofs systemd-1 rw
            41 22 0:6 / /render rw - autofs systemd-1 rw
            42 41 0:7 /farm /render rw - cifs //server/farm rw
            43 22 0:8 / /tab\011\134end rw - tmpfs none rw
            damaged
            44 22 0:9 / /cut rw
            """#)
        #expect(table.mounts.count == 6)
        #expect(table.mount(at: "/mnt/with space")?.root == "/vol")
        #expect(table.mount(at: "/mnt") == nil)
        #expect(table.mount(at: "/net") == nil)
        #expect(table.mount(at: "/render")?.type == "cifs")
        #expect(table.mount(at: "/tab\t\\end")?.type == "tmpfs")
        #expect(table.mount(at: "/cut") == nil)
    }

    @Test("what is there, what is missing, and what is no mount")
    func paths() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "")
        func problems(_ texts: String...) -> [MachineProblem] {
            MachineCheck(paths: texts.compactMap { RequiredPath($0) }).run { _ in }
        }
        #expect(problems("/:mounted:r", "/proc:mounted", folder.url.path + ":rw", file + ":rw").isEmpty)
        #expect(
            problems(folder.path("nothing"), file + "/below", folder.url.path + ":mounted")
                == [
                    .missing(folder.path("nothing")), .missing(file + "/below"), .notMounted(folder.url.path),
                ])
    }

    @Test("room is needed where the agent writes, and at home of the user whom programs run as")
    func room() throws {
        func folders(_ options: [String: String]) throws -> [String] {
            let input = try SettingsInput(options: options, environment: [:], file: nil)
            return MachineCheck(
                try Settings(input, machineName: "n"), stateFolder: "/state",
                programs: ProgramDefaults(workingDirectory: "/home/render")
            ).folders
        }
        #expect(try folders(["manager_url": "http://m"]) == ["/state"])
        #expect(try folders(["manager_url": "http://m", "run_as_user": "render"]) == ["/state", "/home/render"])
    }

    /// A look that takes until the gate opens, and one that asks what it found.
    private struct SlowLook {
        let clock = ManualClock()
        let gate = DispatchSemaphore(value: 0)
        let watch: MachineWatch
        let first: Task<[MachineProblem], Never>
        var count: Int { looks.count.withLock(\.self) }
        private let looks = Looks()

        private final class Looks: Sendable {
            let count = Mutex(0)
        }

        /// Begins it.
        init(at path: String, finding problems: [MachineProblem]) async {
            let watch = MachineWatch(clock: clock) { [looks, gate] looking in
                looking(path)
                looks.count.withLock { $0 += 1 }
                gate.wait()
                return problems
            }
            self.watch = watch
            first = Task { await watch.problems() }
            await clock.waitForSleepers()
            while count == 0 { await Task.yield() }
        }
    }

    @Test("a mount that does not answer is a problem after ten seconds, and nothing else waits for it")
    func stuck() async {
        let look = await SlowLook(at: "/dead", finding: [])
        look.clock.advance(by: .seconds(10))
        #expect(await look.first.value == [.noAnswer("/dead")])
        // No second thread is lost to it.
        #expect(await look.watch.problems() == [.noAnswer("/dead")])
        #expect(look.count == 1)
        look.gate.signal()
        look.gate.signal()
        while await !look.watch.problems().isEmpty { await Task.yield() }
        #expect(look.count == 2)
    }

    @Test("a look that nobody waits for any more is what the next one waits for")
    func joined() async {
        let look = await SlowLook(at: "/slow", finding: [.missing("/slow")])
        look.first.cancel()
        _ = await look.first.value
        look.clock.advance(by: .seconds(9))
        let second = Task { [watch = look.watch] in await watch.problems() }
        await look.clock.waitForSleepers()
        look.gate.signal()
        #expect(await second.value == [.missing("/slow")])
        #expect(look.count == 1)
    }
}
