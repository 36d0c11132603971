import System
import TestSupport
import Testing

@Suite("Threads and processes", .timeLimit(.minutes(1)))
struct ProcessTests {
    @Test("a thread has its name, or as much of it as fits, and its result comes back")
    func thread() async throws {
        for name in ["short", "a name of more than fifteen bytes"] {
            let (results, continuation) = AsyncStream<([UInt8]?, String?)>.makeStream()
            try SystemThread.start(name) {
                let comm = FileSystem.contents(of: "/proc/thread-self/comm")
                continuation.yield((comm, try? FileSystem.target(ofLink: "/proc/thread-self")))
            }
            let (comm, id) = try #require(await results.first { _ in true })
            #expect(comm.map { String(decoding: $0, as: UTF8.self) } == name.prefix(15) + "\n")
            // Not the first thread, whose name is that of the process.
            #expect(id?.hasSuffix("/task/\(getpid())") == false)
        }
        #expect(FileSystem.contents(of: "/proc/\(getpid())/comm") != Array("short\n".utf8))
    }

    @Test("a thread takes over what nobody else has")
    func sending() async throws {
        final class Counter { var count = 0 }
        let counter = Counter()
        counter.count = 41
        let (counts, continuation) = AsyncStream<Int>.makeStream()
        try SystemThread.start("counter") {
            counter.count += 1
            continuation.yield(counter.count)
        }
        #expect(await counts.first { _ in true } == 42)
    }

    @Test(
        "a process with two threads may reset its signals and become another user",
        .enabled(if: geteuid() == 0, "only root may"))
    func becomesUser() async throws {
        let (exit, output) = await (try RunningProgram(BuiltProducts.path("stand-in-agent"), ["become"])).end()
        #expect(exit == .status(0))
        #expect(output == "user 65534\n")
    }

    @Test("a program that lets go of its code goes on with less of it")
    func releasedCode() async throws {
        let program = try RunningProgram(BuiltProducts.path("stand-in-agent"), ["release"])
        let (exit, output) = await program.end()
        #expect(exit == .status(0))
        let amounts = output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        try #require(amounts.count == 2, "\(output)")
        #expect(0 < amounts[1] && amounts[1] < amounts[0], "KiB: \(output)")
    }

    private func run(_ line: String, in folder: String? = nil) throws -> (end: ChildProcess.End, output: String) {
        var pipe = try SystemPipe()
        var program = SpawnedProgram("/bin/sh", ["-c", line], environment: ["NAME=value"])
        program.folder = folder
        let process = try program.start(input: nil, output: pipe.writer.number, errors: pipe.writer.number)
        pipe.writer.close()
        var output: [UInt8] = []
        while true {
            let bytes = try pipe.reader.read(atMost: 4096)
            if bytes.isEmpty { break }
            output += bytes
        }
        return (try ChildProcess.wait(for: process), String(decoding: output, as: UTF8.self))
    }

    @Test("a program starts with what it is given and no more")
    func spawned() throws {
        let (end, output) = try run("pwd; echo $NAME $HOME; cat; ls /proc/$$/fd", in: "/usr")
        #expect(end == .exited(0))
        #expect(output == "/usr\nvalue\n0\n1\n2\n")
        // SIGPIPE, which these tests ignore.
        #expect(try run("kill -PIPE $$").end == .signalled(SIGPIPE, coreDumped: false))
    }

    @Test("a program ends with a status or by a signal, and one that is not there does not start")
    func ends() throws {
        #expect(try run("exit 3").end == .exited(3))
        #expect(try run("kill -KILL $$").end == .signalled(SIGKILL, coreDumped: false))
        let error = #expect(throws: SystemError.self) {
            _ = try SpawnedProgram("/missing", [], environment: []).start(input: nil, output: 1, errors: 2)
        }
        #expect(error?.number == ENOENT)
    }

    @Test("the table of processes has this one, its parent, and the children of both")
    func table() throws {
        let own = try #require(ProcessTable.Entry(of: getpid()))
        #expect(own.parent == getppid() && own.isAlive && !own.isStopped)
        #expect(ProcessTable.processes().contains(getpid()))
        #expect(ProcessTable().children(of: getppid()).contains { $0.id == getpid() })
    }

    @Test("integers are their bytes, the lowest first", arguments: [0, 1, 0x0102_0304_0506_0708, UInt64.max])
    func littleEndian(number: UInt64) {
        let bytes = number.littleEndianBytes
        #expect(bytes.count == 8 && bytes[0] == UInt8(truncatingIfNeeded: number))
        #expect(UInt64(littleEndianBytes: bytes) == number)
        #expect(Int32(littleEndianBytes: Int32(-5).littleEndianBytes) == -5)
    }
}
