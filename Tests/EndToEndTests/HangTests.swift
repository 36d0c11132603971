import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("An agent that something holds up", .timeLimit(.minutes(2)))
struct HangTests {
    private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test("ends by force when a call into the system hangs, and says which")
    func call() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("state/spool"), withIntermediateDirectories: true)
        // Nobody writes into it, so opening it takes for ever.
        let pipe = folder.path("state/spool/version")
        mkfifo(pipe, 0o600)
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["run", "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state")])
        try await until { FileManager.default.fileExists(atPath: folder.path("state/work")) }
        agent.send(SIGTERM)
        let (exit, output) = await agent.end()
        #expect(exit == .status(70))
        #expect(output.contains("these system calls hang: open \(pipe) for "), "\(output)")
    }

    @Test("ends, with what it runs, after the second signal, although nobody reads its log")
    func unreadLog() async throws {
        let farm = try await TestFarm()
        let pipe = farm.folder.path("log")
        mkfifo(pipe, 0o600)
        let descriptor = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        defer { close(descriptor) }
        let agent = try RunningProgram(
            "/bin/sh",
            [
                "-c", "log=$1; shift; exec \"$@\" 2>\"$log\"", "sh", pipe, BuiltProducts.path("flamenco-agent"), "run",
                "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("agent"),
                "--grace-period", "1000s", "--log-level", "debug", "--running-poll-interval", "100ms",
            ])
        let file = farm.folder.path("pid")
        let script = "trap '' TERM; echo $$ >\(file).new; mv \(file).new \(file); while :; do sleep 1000; done"
        let settings: JobSettings = ["commands": [["sh", "-c", .string(script)]]]
        _ = try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings))
        try await until { FileManager.default.fileExists(atPath: file) }
        let pid = try #require(
            Int32(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        let page = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
        while write(descriptor, page, page.count) > 0 {}
        // Two that come at the same time would be one.
        let asking = Task {
            while !Task.isCancelled {
                agent.send(SIGTERM)
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        let exit = await agent.exit()
        asking.cancel()
        #expect(exit == .status(0) || exit == .status(70))
        try await until { !isAlive(pid) }
        await farm.stop()
    }

    @Test("says in a sentence that it may have too few open files", arguments: [24, 28, 32])
    func fewFiles(count: Int) async throws {
        let folder = try TemporaryFolder()
        let agent = try RunningProgram(
            "/bin/sh",
            [
                "-c", "ulimit -n \(count); exec \"$@\"", "sh", BuiltProducts.path("flamenco-agent"), "run",
                "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state"),
            ])
        let (exit, output) = await agent.end()
        #expect(exit == .status(78))
        #expect(output.contains("expected a limit of at least 64 open files, found \(count)"), "\(output)")
    }

    @Test("is not started without its file of certificates", arguments: ["run", "check-config", "flush"])
    func certificates(command: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("state/spool/version", "1\n")
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                command, "--manager-url", "https://127.0.0.1:1", "--state-dir", folder.path("state"), "--ca-file",
                folder.path("none.pem"),
            ])
        let (exit, output) = await agent.end()
        #expect(exit == .status(78))
        #expect(
            output.contains(
                "\"ca_file\" should be a readable file of PEM certificates: cannot open \(folder.path("none.pem"))"
            ),
            "\(output)")
    }
}

/// A disk of 64 KiB, for those who may mount one.
private final class SmallDisk: Sendable {
    let folder: TemporaryFolder
    var path: String { folder.path("disk") }

    init(_ options: String = "size=64k") throws {
        folder = try TemporaryFolder()
        mkdir(folder.path("disk"), 0o700)
        guard mount("tmpfs", folder.path("disk"), "tmpfs", 0, options) == 0 else { throw POSIXError(.EPERM) }
    }

    /// Takes all room; returns a file to remove to have it again.
    func fill() -> String {
        let file = path + "/filling"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, page, page.count) > 0 {}
        return file
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    static let isAllowed: Bool = (try? SmallDisk()) != nil
}

@Suite("A disk that is full or read-only", .timeLimit(.minutes(2)), .enabled(if: SmallDisk.isAllowed))
struct DiskTests {
    private func agent(_ arguments: [String], socket: DatagramSocket? = nil) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("flamenco-agent"), arguments,
            environment: socket.map { ["NOTIFY_SOCKET": $0.path] } ?? [:])
    }

    @Test("keeps run waiting, which is up for its service manager, and comes to work when there is room")
    func waits() async throws {
        let disk = try SmallDisk("size=16m")
        let file = disk.fill()
        let socket = try DatagramSocket(path: disk.folder.path("notify"))
        let running = try agent(
            ["run", "--manager-url", "http://127.0.0.1:1", "--state-dir", disk.path + "/state"], socket: socket)
        let message = try await socket.message(with: "READY=1")
        #expect(
            message
                == "READY=1\nSTATUS=waiting: cannot use the state directory \(disk.path)/state: no space left on device"
        )
        unlink(file)
        _ = await running.line(with: "works for")
        running.send(SIGTERM)
        #expect(await running.exit() == .status(0))
    }

    @Test("lets a waiting run be stopped")
    func stops() async throws {
        let disk = try SmallDisk()
        _ = disk.fill()
        let running = try agent(["run", "--manager-url", "http://127.0.0.1:1", "--state-dir", disk.path + "/state"])
        _ = await running.line(with: "waiting: ")
        running.send(SIGTERM)
        #expect(await running.exit() == .status(0))
    }

    @Test("ends check-config, doctor and try with 74", arguments: ["full", "read-only"])
    func commands(kind: String) async throws {
        let disk = try SmallDisk()
        if kind == "full" {
            _ = disk.fill()
        } else {
            #expect(mount(nil, disk.path, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
        }
        let state = ["--state-dir", disk.path + "/state"]
        for arguments in [
            ["check-config", "--manager-url", "http://127.0.0.1:1"], ["doctor", "--manager-url", "http://127.0.0.1:1"],
            ["try", "echo", "--param", "message=x"],
        ] {
            let (exit, output) = await (try agent(arguments + state)).end()
            #expect(exit == .status(74), "\(arguments): \(output)")
        }
    }
}
