import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite(
    "An agent in a cgroup of its own", .enabled(if: ControlGroupHierarchy.path != nil && geteuid() == 0),
    .timeLimit(.minutes(1)))
struct ControlGroupTests {
    /// A cgroup for one test.
    private final class Group: Sendable {
        let path: String

        init() throws {
            path = (ControlGroupHierarchy.path ?? "") + "/flamenco-test-\(UUID().uuidString)"
            guard mkdir(path, 0o755) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }

        /// Says that it is delegated, as systemd does.
        func delegate() async throws {
            _ = try await output(
                of: "python3", "-c", "import os, sys; os.setxattr(sys.argv[1], 'user.delegate', b'1')", path)
        }

        func controls(_ name: String) throws -> Bool {
            try String(contentsOfFile: path + "/cgroup.controllers", encoding: .utf8).contains(name)
        }

        deinit {
            rmdir(path + "/agent")
            rmdir(path)
        }
    }

    private func start(_ farm: TestFarm, in group: Group, _ options: String...) throws -> RunningProgram {
        try RunningProgram(
            "/bin/sh",
            [
                "-c", #"echo $$ > "$0/cgroup.procs"; exec "$@""#, group.path, BuiltProducts.path("flamenco-agent"),
                "run", "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("agent"),
                "--task-poll-interval", "200ms", "--log-level", "debug",
            ] + options)
    }

    /// The cgroup of a process, as seen from the hierarchy.
    private func group(of process: String) throws -> String {
        let lines = try String(contentsOfFile: "/proc/\(process)/cgroup", encoding: .utf8).split(separator: "\n")
        return String(try #require(lines.first { $0.hasPrefix("0::") }).dropFirst(3))
    }

    @Test("that is delegated to it gives each program one below, and moves aside itself")
    func delegated() async throws {
        let farm = try await TestFarm()
        let group = try Group()
        try await group.delegate()
        let agent = try start(farm, in: group)
        _ = await agent.line(with: "the worker is awake")
        #expect(agent.output.contains("programs get cgroups of their own in \(group.path)"), "\(agent.output)")
        let name = URL(filePath: group.path).lastPathComponent
        #expect(try self.group(of: "\(agent.pid)").hasSuffix("/\(name)/agent"))
        let ended = try await farm.submit(
            "--type", "command-line", "--set", #"commands=[["sh", "-c", "echo in $(grep ^0:: /proc/self/cgroup)"]]"#)
        #expect(ended.exit == .status(0), "\(ended.output)")
        let logs = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["logs", "command", "--state-dir", farm.folder.path("agent")]))
            .end().output
        #expect(logs.contains(#/in 0::\S*\/flamenco-test-[^\/]+\/task-/#), "\(logs)")
        let status = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["status", "--json", "--state-dir", farm.folder.path("agent")]))
            .end().output
        #expect(try WireJSON.decode(JSONValue.self, from: Data(status.utf8))["cgroup"] == .string(group.path))
        await farm.stop(agent)
        #expect(try FileManager.default.contentsOfDirectory(atPath: group.path).filter { $0.hasPrefix("task-") } == [])
    }

    @Test("stays as it is when nobody delegated it, or when others are in it")
    func notDelegated() async throws {
        let farm = try await TestFarm()
        let group = try Group()
        for problem in ["is not delegated to the agent", "contains processes other than the agent"] {
            var other: RunningProgram?
            if problem.hasPrefix("contains") {
                try await group.delegate()
                other = try RunningProgram(
                    "/bin/sh", ["-c", #"echo $$ > "$0/cgroup.procs"; echo in; exec sleep 1000"#, group.path])
                _ = await other?.line(with: "in")
            }
            let agent = try start(farm, in: group)
            _ = await agent.line(with: "the worker is awake")
            #expect(
                agent.output.contains("programs get no cgroups of their own: \(group.path) \(problem)"),
                "\(agent.output)")
            #expect(try self.group(of: "\(agent.pid)").hasSuffix(URL(filePath: group.path).lastPathComponent))
            agent.send(SIGTERM)
            #expect(await agent.exit() == .status(0))
            other?.send(SIGKILL)
            _ = await other?.exit()
        }
        await farm.stop()
    }

    @Test("a share of the processors is kept by affinity, and by the cgroup where it controls them")
    func processors() async throws {
        for (cpus, controller, file, value) in [
            ("1", "cpu", "cpu.max", "100000 100000"), ("0-0", "cpuset", "cpuset.cpus", "0"),
        ] {
            let farm = try await TestFarm()
            let group = try Group()
            try await group.delegate()
            let agent = try start(farm, in: group, "--cpus", cpus)
            _ = await agent.line(with: "the worker is awake")
            let isControlled = try group.controls(controller)
            #expect(agent.output.contains("the controller \(controller) is not available") == !isControlled)
            let script = "echo processors $(nproc); echo value $(cat \(group.path)/task-*/\(file))"
            _ = try await farm.submit(
                "--type", "command-line", "--set", #"commands=[["sh", "-c", "\#(script)"]]"#)
            let logs = await
                (try RunningProgram(
                    BuiltProducts.path("flamenco-agent"), ["logs", "command", "--state-dir", farm.folder.path("agent")]))
                .end().output
            #expect(logs.contains("\nprocessors 1\n"), "\(logs)")
            #expect(logs.contains("\nvalue \(value)\n") == isControlled, "\(logs)")
            await farm.stop(agent)
        }
    }

    @Test("a limit of memory is kept, or the agent does not start")
    func memory() async throws {
        let farm = try await TestFarm()
        let group = try Group()
        let undelegated = try start(farm, in: group, "--memory-limit", "1GiB")
        #expect(await undelegated.exit() == .status(78))
        #expect(
            undelegated.output.contains(
                "\"memory_limit\" needs a cgroup: \(group.path) is not delegated to the agent\n"))
        let off = try start(farm, in: group, "--memory-limit", "1GiB", "--cgroup", "off")
        #expect(await off.exit() == .status(78))
        let wrong = try start(farm, in: group, "--cgroup", farm.folder.url.path)
        #expect(await wrong.exit() == .status(78))
        #expect(wrong.output.contains("\"cgroup\" should be a cgroup v2, but \(farm.folder.url.path) is not one"))

        try await group.delegate()
        let agent = try start(farm, in: group, "--memory-limit", "1GiB")
        if try group.controls("memory") {
            _ = await agent.line(with: "the worker is awake")
            let ended = try await farm.submit(
                "--type", "command-line", "--set",
                #"commands=[["python3", "-c", "x = bytearray(2 << 30); print(len(x))"]]"#)
            #expect(ended.output.contains("failed"), "\(ended.output)")
            agent.send(SIGTERM)
            _ = await agent.exit()
        } else {
            #expect(await agent.exit() == .status(78))
            #expect(
                agent.output.contains(
                    "\"memory_limit\" needs a cgroup with the memory controller, which \(group.path) does not have"),
                "\(agent.output)")
        }
        await farm.stop()
    }
}
