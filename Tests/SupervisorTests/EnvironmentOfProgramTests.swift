import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("A program finds")
struct EnvironmentOfProgramTests {
    @Test("nothing open but its standard descriptors", .timeLimit(.minutes(1)))
    func descriptors() async throws {
        let bench = Bench()
        _ = try await bench.run(Program("ls", ["-l", "/proc/self/fd"]))
        let open = bench.recorder.lines.compactMap { line -> [String]? in
            let words = line.components(separatedBy: " -> ")
            return words.count == 2 ? [String(words[0].split(separator: " ").last ?? ""), words[1]] : nil
        }
        #expect(open[0] == ["0", "/dev/null"])
        #expect(open[1][1].hasPrefix("pipe:"))
        #expect(open[2][1] == open[1][1])
        // What ls itself has open to read the folder.
        #expect(open[3][0] == "3" && open[3][1].hasSuffix("/fd"))
        #expect(open.count == 4)
    }

    @Test("no signal blocked, ignored or caught", .timeLimit(.minutes(1)))
    func signals() async throws {
        let bench = Bench()
        _ = try await bench.run(Program("cat", ["/proc/self/status"]))
        for name in ["SigPnd", "SigBlk", "SigIgn", "SigCgt"] {
            #expect(bench.recorder.lines.contains("\(name):\t0000000000000000"))
        }
    }

    @Test("itself the leader of a session without a terminal", .timeLimit(.minutes(1)))
    func session() async throws {
        let bench = Bench()
        _ = try await bench.run(Program("cat", ["/proc/self/stat"]))
        let fields = bench.recorder.lines[1].split(separator: " ")
        // man 5 proc_pid_stat: 1 the process, 5 its group, 6 its session, 7 its terminal.
        #expect(fields[4] == fields[0])
        #expect(fields[5] == fields[0])
        #expect(fields[6] == "0")
    }

    @Test("its standard input at its end", .timeLimit(.minutes(1)))
    func input() async throws {
        let bench = Bench()
        #expect(try await bench.shell("cat; echo end").end == .exited(status: 0))
        #expect(bench.recorder.lines[1] == "end")
    }

    @Test("itself where it was to start", .timeLimit(.minutes(1)))
    func workingDirectory() async throws {
        let folder = try TemporaryFolder()
        try folder.write("inside/file", "")
        var bench = Bench()
        bench.runner.defaults.workingDirectory = folder.url.path
        _ = try await bench.run(Program("pwd"))
        _ = try await bench.run(Program("pwd", workingDirectory: "inside"))
        _ = try await bench.run(Program("pwd", workingDirectory: "/"))
        let lines = bench.recorder.lines
        #expect([lines[1], lines[4], lines[7]] == [folder.url.path, folder.path("inside"), "/"])
    }

    @Test(
        "the variables it was given, those of the agent's that are meant for it, and no others", .timeLimit(.minutes(1))
    )
    func environment() async throws {
        let agents = [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C", "CUDA_VISIBLE_DEVICES": "1", "HOME": "/home/x", "SECRET": "1",
            "FLAMENCO_AGENT_TOKEN": "2", "NOTIFY_SOCKET": "/run/3", "STUDIO_ROOT": "/studio",
        ]
        var bench = Bench()
        bench.runner.defaults.environment = EnvironmentFilter(alsoAllowing: ["STUDIO_*", "FLAMENCO_*"]).filter(agents)
        _ = try await bench.run(Program("env", environment: ["HOME": "/home/y", "FRAME": "1 = one"]))
        let variables = bench.recorder.lines.dropFirst().filter { $0.contains("=") }
        #expect(
            variables.sorted() == [
                "CUDA_VISIBLE_DEVICES=1", "FRAME=1 = one", "HOME=/home/y", "LC_ALL=C", "PATH=/usr/bin:/bin",
                "STUDIO_ROOT=/studio",
            ])
        #expect(variables.count == 6)
    }

    @Test(
        "the limits, the nice level and the place in the kernel's killing order that were set", .timeLimit(.minutes(1)))
    func limits() async throws {
        var bench = Bench()
        bench.runner.defaults.limits = ProgramLimits(
            addressSpace: 4 << 30, cpuSeconds: 77, openFiles: 123, coreSize: 0)
        bench.runner.defaults.nice = 7
        bench.runner.defaults.oomScoreAdjust = 321
        _ = try await bench.run(Program("cat", ["/proc/self/limits", "/proc/self/oom_score_adj", "/proc/self/stat"]))
        func limit(_ name: String) -> [Substring]? {
            bench.recorder.lines.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ").prefix(2)
                .map(
                    \.self)
        }
        #expect(limit("Max address space") == ["4294967296", "4294967296"])
        #expect(limit("Max cpu time") == ["77", "78"])
        #expect(limit("Max open files") == ["123", "123"])
        #expect(limit("Max core file size") == ["0", "0"])
        #expect(bench.recorder.lines.contains("321"))
        let fields = bench.recorder.lines.last { $0.contains("(cat)") }?.split(separator: " ")
        #expect(fields?[18] == "7")
    }

    @Test("a name with stars by any of its parts, and nothing that is the agent's alone")
    func patterns() {
        let agents = [
            "foundry_LICENSE": "a", "LICENSE": "b", "http_proxy": "c", "NOTIFY_SOCKET": "d", "FLAMENCO_AGENT_X": "e",
            "A_B_C": "f", "AB": "g",
        ]
        func passed(_ patterns: String...) -> String {
            EnvironmentFilter(alsoAllowing: patterns).filter(agents).values.sorted().joined()
        }
        #expect(passed("*_LICENSE") == "a")
        #expect(passed("*LICENSE", "http_proxy") == "abc")
        #expect(passed("A*B*C") == "f")
        #expect(passed("A*B") == "g")
        #expect(passed("*") == "abcfg")
        #expect(passed("NOTIFY_*", "FLAMENCO_*", "FLAMENCO_AGENT_X") == "")
    }

    @Test("the variables of the operator on top of the agent's, and what it is told of the task on top of these")
    func operatorVariables() async throws {
        var bench = Bench()
        bench.runner.defaults.environment = ["PATH": "/usr/bin:/bin", "OCIO": "agent"]
        bench.runner.defaults.operatorVariables = ["OCIO": "operator", "LICENSE": "4101@lic1", "FLAMENCO_JOB_ID": "x"]
        bench.runner.defaults.taskVariables = ["FLAMENCO_JOB_ID": "job"]
        _ = try await bench.run(Program("env", environment: ["LICENSE": "own"]))
        #expect(
            bench.recorder.lines.dropFirst().filter { $0.contains("=") }.sorted() == [
                "FLAMENCO_JOB_ID=job", "LICENSE=own", "OCIO=operator", "PATH=/usr/bin:/bin",
            ])
    }

    @Test("the processors and the priority for disks that were set", .timeLimit(.minutes(1)))
    func machineShare() async throws {
        var bench = Bench()
        let first = try #require(
            NumberRanges.numbers(try await allowedProcessors(Bench()), most: 8191)?.first)
        bench.runner.defaults.processors = ProcessorShare([first])
        bench.runner.defaults.ioPriority = .level(6)
        #expect(try await allowedProcessors(bench) == "\(first)")
        try await bench.shell("nproc; ionice; exec ionice -p $$")
        #expect(bench.recorder.lines.contains("1"))
        #expect(bench.recorder.lines.filter { $0 == "best-effort: prio 6" }.count == 2)
        bench.runner.defaults.ioPriority = .idle
        try await bench.shell("ionice")
        #expect(bench.recorder.lines.contains("idle"))
        bench.runner.defaults.processors = ProcessorShare([8191])
        let error = await #expect(throws: ProgramError.self) { try await bench.run(Program("true")) }
        #expect(error?.description == "could not start true: could not bind it to its processors: invalid argument")
    }

    /// What a program may use, as Linux writes it.
    private func allowedProcessors(_ bench: Bench) async throws -> String {
        _ = try await bench.run(Program("grep", ["Cpus_allowed_list", "/proc/self/status"]))
        let line = bench.recorder.lines.last { $0.hasPrefix("Cpus_allowed_list") } ?? ""
        return String(line.split(separator: "\t").last ?? "")
    }

    @Test("itself another user, when the agent is root", .enabled(if: getuid() == 0), .timeLimit(.minutes(1)))
    func user() async throws {
        var bench = Bench()
        bench.runner.defaults.workingDirectory = "/"
        bench.runner.defaults.user = ProgramUser(named: "nobody")
        try await bench.shell("id -un; id -G; echo $HOME $USER; kill -0 $PPID")
        let lines = bench.recorder.lines
        #expect(lines[1] == "nobody")
        #expect(lines[2] == "65534")
        #expect(lines[3] == "/nonexistent nobody")
        // It cannot so much as signal its supervisor.
        #expect(lines[4].contains("not permitted"))
        let result = await bench.cancelled("sleep 1000 & echo ready; wait")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
    }

    @Test("all of its arguments, as they are", .timeLimit(.minutes(1)))
    func arguments() async throws {
        let words = ["", "two words", "ü\u{301}", "new\nline", "'\"\\$x`"]
        let bench = Bench()
        _ = try await bench.run(Program("printf", ["[%s]"] + words))
        let expected = words.map { "[\($0)]" }.joined()
        #expect(bench.recorder.log.contains("\n\(expected)\n< exit status 0"))
    }

    @Test("argument lists of 64 KiB and of 1 MiB whole", .timeLimit(.minutes(1)), arguments: [1 << 16, 1 << 20])
    func manyArguments(size: Int) async throws {
        let bench = Bench()
        let words = (0..<(size / 64)).map { number in
            "\(number)" + String(repeating: "x", count: 63 - "\(number)".count)
        }
        _ = try await bench.run(Program("printf", ["%s\n"] + words))
        #expect(bench.recorder.lines.filter { $0.count == 63 } == words)
    }
}
