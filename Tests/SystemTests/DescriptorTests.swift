import Foundation
import Synchronization
import System
import TestSupport
import Testing

/// How often the handler of the signal ran.
private let signalsTaken = Atomic(0)

@Suite("A descriptor", .timeLimit(.minutes(1)))
struct DescriptorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("is closed with its value, which lives to the end of its scope")
    func closing() throws {
        var pipe = try SystemPipe()
        do {
            let writer = pipe.writer.take()
            let borrowed = BorrowedDescriptor(writer.number)
            try borrowed.writeAll("first")
            #expect(try pipe.reader.read(atMost: 100) == Array("first".utf8))
            try borrowed.writeAll("last")
        }
        #expect(try pipe.reader.read(atMost: 100) == Array("last".utf8))
        // The end of a pipe, since nobody can write into it any more.
        #expect(try pipe.reader.read(atMost: 100).isEmpty)
    }

    @Test("is closed once, however often that is asked for")
    func closedTwice() throws {
        var pipe = try SystemPipe()
        pipe.writer.close()
        pipe.writer.close()
        #expect(pipe.writer.number == -1)
        #expect(try pipe.reader.read(atMost: 1).isEmpty)
    }

    @Test("that was handed on stays open")
    func handedOn() throws {
        var pipe = try SystemPipe()
        let writer = pipe.writer.take()
        #expect(pipe.writer.number == -1)
        let kept = Descriptor(owning: writer.release())
        try kept.writeAll("still there")
        #expect(try pipe.reader.read(atMost: 100) == Array("still there".utf8))
    }

    @Test("is not inherited by programs, however it came about")
    func closeOnExec() throws {
        func isInherited(_ number: Int32) -> Bool { fcntl(number, F_GETFD) & FD_CLOEXEC == 0 }
        let pipe = try SystemPipe()
        let pair = try SocketPair()
        let file = try Descriptor(opening: folder.path("file"), [.write, .create])
        let memory = try Descriptor.memoryFile("memory", holding: "text")
        let listener = try UnixSocket.listening(as: "socket", in: folder.url.path)
        let client = try UnixSocket.connected(to: "socket", in: folder.url.path)
        let accepted = try listener.accept()
        let handle = try Descriptor(opening: folder.url.path, .folderHandle)
        let entry = try Descriptor(opening: "file", in: handle, .read)
        #expect(!isInherited(pipe.reader.number) && !isInherited(pipe.writer.number))
        #expect(!isInherited(pair.ours.number) && !isInherited(pair.theirs.number))
        #expect(!isInherited(file.number) && !isInherited(memory.number))
        #expect(!isInherited(listener.number) && !isInherited(client.number) && !isInherited(accepted.number))
        #expect(!isInherited(handle.number) && !isInherited(entry.number))
    }

    @Test("reads on when a signal comes in between")
    func interrupted() async throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in signalsTaken.add(1, ordering: .relaxed) }
        // Without SA_RESTART, so that the call fails.
        #expect(sigaction(SIGURG, &action, nil) == 0)
        var pipe = try SystemPipe()
        let writer = pipe.writer.take()
        let reader = BorrowedDescriptor(pipe.reader.number)
        let reading = Mutex<(thread: pthread_t, folder: String)?>(nil)
        let (results, continuation) = AsyncStream<Result<[UInt8], SystemError>>.makeStream()
        try SystemThread.start("interrupted") {
            // The threads of Dispatch, from which this one comes, block all signals.
            var signals = sigset_t()
            sigemptyset(&signals)
            pthread_sigmask(SIG_SETMASK, &signals, nil)
            let folder = (try? FileSystem.target(ofLink: "/proc/thread-self")) ?? ""
            reading.withLock { $0 = (pthread_self(), "/proc/\(folder)") }
            continuation.yield(Result { () throws(SystemError) in try reader.read(atMost: 100) })
        }
        for _ in 0..<5 {
            try await until {
                // Asleep in read(2).
                let folder = reading.withLock { $0?.folder } ?? ""
                return FileSystem.contents(of: folder + "/stat").flatMap(ProcessTable.fields)?.state
                    == UInt8(ascii: "S")
            }
            let before = signalsTaken.load(ordering: .relaxed)
            let thread = try #require(reading.withLock { $0?.thread })
            #expect(pthread_kill(thread, SIGURG) == 0)
            try await until { signalsTaken.load(ordering: .relaxed) > before }
        }
        try writer.writeAll("done")
        let bytes = try #require(await results.first { _ in true })
        #expect(try bytes.get() == Array("done".utf8))
    }

    @Test("gives the error number when a call fails")
    func failure() throws {
        let missing = #expect(throws: SystemError.self) { _ = try Descriptor(opening: folder.path("missing"), .read) }
        #expect(missing?.number == ENOENT && missing?.description == "no such file or directory")
        let pipe = try SystemPipe()
        let wrongEnd = #expect(throws: SystemError.self) { _ = try pipe.writer.read(atMost: 1) }
        #expect(wrongEnd?.number == EBADF)
        pipe.reader.setNonBlocking()
        let empty = #expect(throws: SystemError.self) { _ = try pipe.reader.read(atMost: 1) }
        #expect(empty?.wouldBlock == true)
        let error = #expect(throws: FileError.self) {
            try FileError.during("open /a") { () throws(SystemError) in throw SystemError(EACCES) }
        }
        #expect(error?.description == "cannot open /a: permission denied")
    }

    @Test("is locked by one at a time, until that one closes it")
    func lock() throws {
        var first = try Descriptor(opening: folder.path("lock"), [.update, .create])
        let second = try Descriptor(opening: folder.path("lock"), [.update, .create])
        #expect(try first.lock())
        #expect(try !second.lock())
        first.close()
        #expect(try second.lock())
    }

    @Test("of a file in memory begins with its text, and of one without a name leaves nothing in the folder")
    func withoutName() throws {
        let text = String(repeating: "text ", count: 100_000)
        let memory = try Descriptor.memoryFile("memory", holding: text)
        let bytes = try [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
            count = try memory.fill(UnsafeMutableRawBufferPointer(buffer), from: 0)
        }
        #expect(bytes == Array(text.utf8))
        let nameless = try Descriptor(namelessIn: folder.url.path)
        try nameless.writeAll("text")
        #expect(try nameless.status().size == 4)
        #expect(try folder.names().isEmpty)
    }

    @Test("is waited for with others: one that was dropped no more")
    func waiting() throws {
        let one = try SocketPair()
        let other = try SocketPair()
        var list = PollList()
        list.add(one.ours, .input)
        list.add(other.ours, .input)
        /// Whether something is ready, and which of the two.
        func wait(atMost limit: Duration? = nil) -> [Bool] {
            [list.wait(atMost: limit), list.isReady(0), list.isReady(1)]
        }
        #expect(wait(atMost: .zero) == [false, false, false])
        try other.theirs.sendAll([1])
        #expect(wait() == [true, false, true])
        list.drop(1)
        #expect(wait(atMost: .zero) == [false, false, false])
        #expect(list.waits(for: 0) && !list.waits(for: 1) && !list.isEmpty)
        one.theirs.shutDown()
        #expect(wait() == [true, true, false])
        list.drop(0)
        #expect(list.isEmpty)
    }
}
