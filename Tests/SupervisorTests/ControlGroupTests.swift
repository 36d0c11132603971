import ExecutorKit
import Foundation
import SupervisorProtocol
import TestSupport
import Testing

@testable import Supervision

@Suite("A program in a control group of its own", .enabled(if: ControlGroupHierarchy.path != nil))
struct ControlGroupTests {
    private func bench() -> Bench {
        var bench = Bench()
        bench.runner.defaults.controlGroup = ControlGroupHierarchy.path
        return bench
    }

    private func groups() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: ControlGroupHierarchy.path ?? "").filter {
            $0.hasPrefix("task-")
        }
    }

    @Test("is in it, and the group goes with it", .timeLimit(.minutes(1)))
    func lives() async throws {
        let bench = bench()
        try await bench.shell("grep ^0:: /proc/self/cgroup; setsid sleep 1000 &")
        let line = bench.recorder.lines[1]
        #expect(line.hasPrefix("0::/task-"))
        #expect(try !groups().contains(String(line.dropFirst(4))))
        #expect(bench.alive.isEmpty)
    }

    @Test("is killed with it when it forks and forks", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let bench = bench()
        let result = await bench.cancelled(
            "trap '' TERM; setsid sh -c 'sleep 1000 & sleep 1000' & echo ready; wait; wait")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
    }
}

@Suite("A control group")
struct ControlGroupFilesTests {
    @Test("that cannot limit memory is refused when that is wanted, and removed again")
    func noMemoryController() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "flamenco-test-\(UUID().uuidString)").path
        mkdir(parent, 0o700)
        defer { rmdir(parent) }
        // A folder that is no control group has no memory.max, as one without the controller.
        #expect(throws: (any Error).self) {
            try ControlGroup.make(.init(path: "\(parent)/task", memoryLimit: 1 << 20))
        }
        #expect(access("\(parent)/task", F_OK) != 0)
    }

    /// A folder with the files of a group that has a memory controller.
    private func standIn(_ events: String, files: [String] = ["memory.max", "memory.swap.max"]) throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        for name in files { try folder.write(name, "max\n") }
        try folder.write("memory.events", events)
        return folder
    }

    private func read(_ name: String, in folder: TemporaryFolder) throws -> String {
        try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }

    @Test("limits memory and swap together, and does without the file for swap where the kernel counts none")
    func limits() throws {
        let folder = try standIn("oom 0\n")
        _ = try ControlGroup.make(.init(path: folder.url.path, memoryLimit: 1 << 20))
        // No kernel reads these files, so what was there before stays behind what is written.
        #expect(try read("memory.max", in: folder).hasPrefix("1048576"))
        #expect(try read("memory.swap.max", in: folder).hasPrefix("0"))
        let without = try standIn("oom 0\n", files: ["memory.max"])
        _ = try ControlGroup.make(.init(path: without.url.path, memoryLimit: 1 << 20))
        #expect(try read("memory.max", in: without).hasPrefix("1048576"))
    }

    @Test("holds the tree to the time of some processors, or to the ones that are named")
    func processors() throws {
        let folder = try standIn("oom 0\n", files: ["cpu.max", "cpuset.cpus"])
        _ = try ControlGroup.make(.init(path: folder.url.path, processorTime: 3))
        #expect(try read("cpu.max", in: folder).hasPrefix("300000 100000"))
        #expect(try read("cpuset.cpus", in: folder) == "max\n")
        _ = try ControlGroup.make(.init(path: folder.url.path, processors: "0-2,7"))
        #expect(try read("cpuset.cpus", in: folder).hasPrefix("0-2,7"))
        // Without the controllers there are no such files.
        let without = try standIn("oom 0\n")
        #expect(throws: LaunchError(step: .controlGroup, errno: ENOENT)) {
            try ControlGroup.make(.init(path: without.url.path, processorTime: 3))
        }
    }

    @Test(
        "tells its own limit from those above",
        arguments: [("oom 1\noom_kill 2\n", true), ("oom 0\noom_kill 2\n", false)])
    func ownLimit(events: String, isOwn: Bool) throws {
        let folder = try standIn("low 0\nhigh 0\nmax 7\n" + events)
        let group = ControlGroup(path: folder.url.path)
        #expect(group.outOfMemoryKills == 2)
        #expect(group.reachedMemoryLimit == isOwn)
    }
}
