import ExecutorKit
import Foundation
import SupervisorProtocol
import System
import TestSupport
import Testing

/// What the kernel of this machine knows of Landlock.
private let landlock = ((try? LandlockRuleset.version()) ?? 0)

@Suite(
    "A program in the sandbox", .enabled(if: landlock >= 3, "the kernel has no Landlock, or one before ABI 3"),
    .timeLimit(.minutes(2)))
struct SandboxTests {
    private static let system = ["/usr", "/bin", "/lib", "/lib64", "/etc", "/proc", "/sys"].map {
        Sandbox.Grant($0, .read)
    }
    private static let secret = "known-to-others"

    private let folder: TemporaryFolder
    private var bench = Bench()

    init() throws {
        folder = try TemporaryFolder()
        for file in ["state/secret", "outside/secret", "read/file", "write/file"] {
            try folder.write(file, file.hasSuffix("secret") ? Self.secret : "open")
        }
        try folder.write("outside/program", "#!/bin/sh\necho \(Self.secret)\n", executable: true)
        for path in ["", "state", "outside", "read", "write"] { chmod(folder.path(path), 0o777) }
        for path in ["state/secret", "outside/secret", "write/file"] { chmod(folder.path(path), 0o666) }
        bench.runner.defaults.workingDirectory = "/"
        bench.runner.defaults.sandbox = sandbox()
    }

    private func sandbox(_ grants: [Sandbox.Grant]? = nil, tcpPorts: [UInt16]? = nil) -> Sandbox {
        let usual = [Sandbox.Grant(folder.path("read"), .read), .init(folder.path("write"), .write)]
        return Sandbox(
            grants: Self.system + [.init("/dev/null", .use)] + (grants ?? usual),
            hidden: [folder.path("state")], tcpPorts: tcpPorts, leastVersion: tcpPorts == nil ? 3 : 4)
    }

    /// Runs a line of shell in the folder of the test, and returns what it printed.
    private func output(_ line: String, in bench: Bench? = nil) async throws -> String {
        let bench = bench ?? self.bench
        let before = bench.recorder.log.count
        try await bench.shell("cd '\(folder.url.path)'; \(line)")
        // Behind the command line, which has the same words.
        return String(bench.recorder.log.dropFirst(before)).components(separatedBy: "' sh\n").dropFirst().joined()
    }

    /// All that is outside, by name and content.
    private func outside() throws -> [String: String?] {
        var found: [String: String?] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
        where !name.hasPrefix("write/") {
            found.updateValue(try? String(contentsOfFile: folder.path(name), encoding: .utf8), forKey: name)
        }
        return found
    }

    @Test("reads, makes, changes, moves and removes what it may")
    func allowed() async throws {
        let output = try await output(
            """
            cat read/file; echo 1 >write/new; echo 2 >>write/new; cat write/new; mkdir write/sub; mv write/new write/sub/x
            ln write/sub/x write/y; ln -s sub/x write/z; cat write/z; : >write/sub/x; mkfifo write/fifo; rm -r write/*; ls write
            cat /proc/self/status | grep NoNewPrivs; echo gone >/dev/null; python3 -c 'print(6 * 7)'
            """)
        #expect(output.hasPrefix("open1\n2\n1\n2\nNoNewPrivs:\t1\n42\n"), "\(output)")
    }

    @Test("reads its standard input by a path as well, whoever it is", arguments: [nil, "nobody"])
    func standardInput(user: String?) async throws {
        try #require(user == nil || geteuid() == 0, "only root can run programs as somebody else")
        var bench = bench
        bench.runner.defaults.user = user.flatMap(ProgramUser.init(named:))
        let result = try await bench.run(Program("cat", ["/dev/stdin"], input: "given\n"))
        #expect(result.end == .exited(status: 0) && bench.recorder.lines.contains("given"), "\(bench.recorder.log)")
    }

    /// Ways to what is outside, each of which works without a sandbox, for root.
    private static let ways = [
        "cat outside/secret", "cat write/../outside/secret", "cat $PWD/read/../state/secret",
        "ls outside state | grep secret",
        "ln -s ../outside/secret write/l; cat write/l", "ln -s ../outside write/l; cat write/l/secret",
        "ln outside/secret write/hard && cat write/hard", "mv outside/secret write/moved; cat write/moved",
        "cp outside/secret write/copy; cat write/copy", "dd if=outside/secret 2>/dev/null", "outside/program",
        "sh outside/program", "cat /proc/self/cwd/outside/secret", "cat /proc/self/root$PWD/outside/secret",
        "cat /proc/1/root$PWD/outside/secret", "cat /proc/$PPID/root$PWD/outside/secret",
        "exec 5<outside/secret; cat <&5", "setsid -w cat outside/secret", "(cat outside/secret &) ; wait",
        "find outside -name secret", "python3 -c \"print(open('outside/secret').read())\"",
        "chroot / /bin/cat $PWD/outside/secret", "unshare -m cat $PWD/outside/secret",
        "mkdir write/m; unshare -m sh -c 'mount --bind outside write/m; cat write/m/secret'",
        "unshare -Ur cat $PWD/outside/secret",
        "tar -cf - outside | tar -xOf - outside/secret", "env -i /bin/cat $PWD/state/secret",
        "echo x >outside/secret", "echo x >>outside/secret", ": >outside/secret", "truncate -s 0 outside/secret",
        "rm outside/secret", "mv write/file outside/file", "ln write/file outside/file", "mkdir outside/new",
        "touch outside/new", "mkfifo outside/new", "ln -s / outside/new", "mv outside write/outside",
        "rm -r outside; ln -s state outside", "python3 -c \"import os; os.truncate('outside/secret', 0)\"",
        "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('outside/new')\"",
        // man 2 rename, RENAME_EXCHANGE.
        "python3 -c \"import ctypes; ctypes.CDLL(None).renameat2(-100, b'outside/secret', -100, b'write/file', 2)\"; cat write/file",
    ]

    @Test("comes by no way to what is outside, whoever it is", arguments: [true, false])
    func noWayOut(isRoot: Bool) async throws {
        try #require(isRoot || geteuid() == 0, "only root can run programs as somebody else")
        var bench = bench
        if !isRoot { bench.runner.defaults.user = ProgramUser(named: "nobody") }
        let before = try outside()
        for way in Self.ways {
            let output = try await output("rm -rf write/*; echo open >write/file; { \(way); } 2>&1", in: bench)
            // A message may have the name of the file, which is none of its content.
            #expect(
                !output.contains(Self.secret) && !output.split(separator: "\n").contains("secret"), "\(way): \(output)")
            #expect(try outside() == before, "\(way)")
        }
    }

    @Test("would come there by each of these ways without it", .enabled(if: geteuid() == 0), arguments: ways)
    func waysWithout(way: String) async throws {
        var bench = bench
        bench.runner.defaults.sandbox = nil
        let before = try outside()
        let output = try await output(way + " 2>&1", in: bench)
        let hasSeen = output.contains(Self.secret) || output.contains("secret")
        #expect(try hasSeen || outside() != before, "\(output)")
    }

    @Test(
        "of root makes no devices, writes none of the kernel's settings and reads no disk", .enabled(if: geteuid() == 0)
    )
    func devices() async throws {
        let output = try await output(
            """
            mknod write/null c 1 3; test -e write/null && echo made; disk=$(awk 'NR > 2 {print "/dev/"$4; exit}' /proc/partitions)
            head -c 1 "$disk" >/dev/null && echo read; echo 0 >/proc/sys/vm/panic_on_oom && echo written
            head -c 1 /dev/mem && echo memory; echo $$ >/sys/fs/cgroup/cgroup.procs && echo moved
            """)
        for word in ["made", "read", "written", "memory", "moved"] {
            #expect(!output.split(separator: "\n").contains(Substring(word)), "\(output)")
        }
    }

    /// Reads the memory of a process, takes its standard input, and enters its namespace, without tracing it.
    private static let otherLooks = """
        import ctypes, os, sys
        libc, process = ctypes.CDLL(None), int(sys.argv[1])
        class Part(ctypes.Structure):
            _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        own = ctypes.create_string_buffer(8)
        parts = ctypes.byref(Part(ctypes.addressof(own), 8)), ctypes.byref(Part(0x400000, 8))
        print("read", libc.process_vm_readv(process, parts[0], 1, parts[1], 1, 0))
        handle = os.pidfd_open(process)
        print("descriptor", libc.syscall(438, handle, 0, 0))
        print("namespace", libc.setns(handle, 0x00020000))
        """

    // What root may read of others in `/proc` by its capabilities alone, as it may the environment, is not asked for.
    @Test("neither traces nor looks into what is outside, its supervisor included")
    func others() async throws {
        let output = try await output(
            """
            for file in mem fd/1; do timeout 5 head -c 1 /proc/$PPID/$file >/dev/null 2>&1 && echo "saw $file"; done
            for folder in cwd root; do ls /proc/$PPID/$folder/ >/dev/null 2>&1 && echo "saw $folder"; done
            python3 -c 'import ctypes, sys; print("trace", ctypes.CDLL(None).ptrace(16, int(sys.argv[1]), 0, 0))' $PPID
            python3 -c '\(Self.otherLooks)' $PPID
            """)
        #expect(!output.contains("saw"), "\(output)")
        #expect(output.contains("trace -1\nread -1\ndescriptor -1\nnamespace -1\n"), "\(output)")
    }

    @Test(
        "signals nobody outside, and reaches no socket without a path",
        .enabled(if: landlock >= 6, "Landlock holds that since ABI 6"))
    func signals() async throws {
        let name = "flamenco-test-\(UUID().uuidString)"
        let listener = try RunningProgram(
            "/usr/bin/env",
            [
                "python3", "-c",
                "import socket, time; s = socket.socket(socket.AF_UNIX); s.bind('\\0\(name)'); s.listen(); "
                    + "print('ready', flush=True); time.sleep(1000)",
            ])
        #expect(await listener.line { $0 == "ready" } != nil)
        let output = try await output(
            """
            for signal in 0 STOP KILL; do kill -$signal $PPID 2>&1; done; sleep 1000 & kill $! && echo own
            python3 -c "import socket; socket.socket(socket.AF_UNIX).connect('\\0\(name)'); print('connected')" 2>&1
            """)
        #expect(output.components(separatedBy: "not permitted").count >= 5, "\(output)")
        #expect(output.contains("own\n") && !output.contains("connected"), "\(output)")
    }

    @Test("connects over TCP to the ports it may", .enabled(if: landlock >= 4, "Landlock holds that since ABI 4"))
    func ports() async throws {
        let server = try RunningProgram(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import socket, time
                both = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
                print("ports %d %d listen" % tuple(s.getsockname()[1] for s in both), flush=True)
                time.sleep(1000)
                """,
            ])
        let line = try #require(await server.line { $0.hasSuffix(" listen") })
        let ports = line.split(separator: " ").compactMap { UInt16($0) }
        try #require(ports.count == 2)
        var bench = bench
        func connect(_ port: UInt16) async throws -> Bool {
            let line = "import socket; socket.create_connection(('127.0.0.1', \(port))); print('connected')"
            return try await output("python3 -c \"\(line)\" 2>&1", in: bench).contains("connected")
        }
        #expect(try await connect(ports[0]))
        bench.runner.defaults.sandbox = sandbox(tcpPorts: [ports[0]])
        #expect(try await connect(ports[0]))
        #expect(try await !connect(ports[1]))
        bench.runner.defaults.sandbox = sandbox(tcpPorts: [])
        #expect(try await !connect(ports[0]))
    }

    @Test("reads all of a granted folder but what is hidden in it, and whatever is beside that")
    func split() async throws {
        try folder.write("deep/a/b/hidden/secret", Self.secret)
        try folder.write("deep/a/b/shown", "shown")
        try folder.write("deep/other", "other")
        try FileManager.default.createSymbolicLink(atPath: folder.path("deep/link"), withDestinationPath: "a/b/hidden")
        var bench = bench
        bench.runner.defaults.sandbox = sandbox([.init(folder.path("deep"), .read)])
        bench.runner.defaults.sandbox?.hidden.append(folder.path("deep/a/b/hidden"))
        let output = try await output(
            "cat deep/a/b/shown deep/other; cat deep/a/b/hidden/secret deep/link/secret; ls deep/a/b/hidden deep/a",
            in: bench)
        #expect(output.hasPrefix("shownother"), "\(output)")
        #expect(!output.contains(Self.secret) && !output.contains("\nsecret"), "\(output)")
    }

    /// What a program that is not started is refused with.
    private func refusal(_ sandbox: Sandbox) async throws -> String {
        var bench = bench
        bench.runner.defaults.sandbox = sandbox
        let error = await #expect(throws: ProgramError.self) { try await bench.shell("echo started") }
        #expect(!bench.recorder.log.contains("\nstarted"))
        return error?.description ?? ""
    }

    @Test("is not started where a place has become a link to all there is, or to what is hidden")
    func links() async throws {
        for (target, access) in [
            ("/", Sandbox.Access.read), ("state", .read), ("state", .write), (".", .write), ("state/secret", .read),
        ] {
            let link = folder.path("link")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            defer { unlink(link) }
            let sentence = try await refusal(sandbox([.init(link, access)]))
            #expect(
                sentence.hasPrefix("did not run /bin/sh: a folder that \"sandbox\" lets programs use"), "\(sentence)")
        }
        let exact = folder.path("exact")
        try FileManager.default.createSymbolicLink(atPath: exact, withDestinationPath: "read")
        #expect(try await refusal(sandbox([.init(exact, .read, isExact: true)])).contains("has become a link"))
    }

    @Test("uses a place of the agent's own in what is hidden, and nothing where a place is not there")
    func own() async throws {
        try folder.write("state/own/file", "work")
        var bench = bench
        bench.runner.defaults.sandbox = sandbox([
            .init(folder.path("state/own"), .write, isExact: true), .init("/nowhere", .write),
            .init(folder.path("nowhere"), .read, isExact: true),
        ])
        let output = try await output(
            "cat state/own/file state/secret; echo x >state/own/new && echo written", in: bench)
        #expect(output.hasPrefix("work") && output.contains("\nwritten") && !output.contains(Self.secret), "\(output)")
    }

    @Test("is told that it is outside, when it is, and what the kernel lacks")
    func outsideOfIt() async throws {
        let program = folder.path("outside/program")
        let error = await #expect(throws: ProgramError.self) { try await bench.run(Program(program)) }
        #expect(
            error?.description
                == "did not run \(program): \"sandbox\" does not let programs read it: add its folder to \"sandbox_read\""
        )
        var newer = sandbox()
        newer.leastVersion = 1000
        #expect(
            try await refusal(newer)
                == "could not start /bin/sh: could not put it into the sandbox: operation not supported")
    }

    @Test("cannot get out by an open handle of a file", .enabled(if: geteuid() == 0, "only root can open such"))
    func handles() async throws {
        // man 2 open_by_handle_at: root opens a file without a path.
        let script = """
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            class Handle(ctypes.Structure):
                _fields_ = [("size", ctypes.c_uint), ("type", ctypes.c_int), ("bytes", ctypes.c_ubyte * 128)]
            handle, mount = Handle(size=128), ctypes.c_int()
            libc.name_to_handle_at(-100, b"outside/secret", ctypes.byref(handle), ctypes.byref(mount), 0)
            file = libc.open_by_handle_at(os.open("read", 0), ctypes.byref(handle), 0)
            print(os.read(file, 99) if file >= 0 else "no file")
            """
        try folder.write("read/handle.py", script)
        let output = try await output("python3 read/handle.py 2>&1")
        #expect(!output.contains(Self.secret), "\(output)")
    }
}
