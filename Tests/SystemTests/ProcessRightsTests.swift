import ExecutorKit
import Foundation
import System
import TestSupport
import Testing

/// What the kernel of this machine knows of Landlock.
private let landlock = (try? LandlockRuleset.version()) ?? 0

/// Rights belong to threads, so that each test gives up those of a thread that ends with it.
@Suite("What a process may do", .timeLimit(.minutes(1)))
struct ProcessRightsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The number of the error that a call ends with; nil when it does not.
    private static func refusal(_ call: () throws(SystemError) -> Void) -> Int32? {
        do throws(SystemError) {
            try call()
            return nil
        } catch {
            return error.number
        }
    }

    @Test(
        "capabilities that were given up do not come back, and other threads keep theirs",
        .enabled(if: geteuid() == 0, "only root has any"))
    func capabilities() async throws {
        let before = try Capabilities.current()
        try #require(before.permitted != 0)
        let (after, refusal) = try await SystemThread.run("capabilities") {
            Result<(Capabilities, Int32?), any Error> {
                try Capabilities.clearAmbient()
                try Capabilities().apply()
                return (try Capabilities.current(), Self.refusal { () throws(SystemError) in try before.apply() })
            }
        }.get()
        #expect(after == Capabilities())
        #expect(refusal == EPERM)
        #expect(try Capabilities.current() == before)
        #expect(!Capabilities.isAmbient(5))
    }

    @Test("memory that is hidden or shown for a moment is as it was afterwards")
    func memory() {
        #expect(!OwnMemory.isHidden)
        let isHidden = OwnMemory.keepingVisibility {
            OwnMemory.hide()
            return OwnMemory.isHidden
        }
        #expect(isHidden && !OwnMemory.isHidden)
    }

    @Test("a thread runs on the processors that are named, as long as there are such")
    func processors() async throws {
        let all = Processors.available
        let last = try #require(all.last)
        let (own, refusal) = try await SystemThread.run("processors") {
            Result<([Int], Int32?), any Error> {
                try Processors.use([last])
                let own = Processors.available
                return (own, Self.refusal { () throws(SystemError) in try Processors.use([8191]) })
            }
        }.get()
        #expect(own == [last])
        #expect(refusal == EINVAL)
        #expect(Processors.available == all)
    }

    @Test("a priority for disks is that of what a thread starts too")
    func diskPriority() async throws {
        for (level, shown) in [(6, "best-effort: prio 6\n"), (nil, "idle\n")] as [(Int32?, String)] {
            let output = try await SystemThread.run("disks") {
                Result<String, any Error> {
                    if let level {
                        try ResourceLimit.setDiskPriority(level: level)
                    } else {
                        try ResourceLimit.setIdleDiskPriority()
                    }
                    var pipe = try SystemPipe()
                    let program = SpawnedProgram("/usr/bin/ionice", [], environment: [])
                    let process = try program.start(input: nil, output: pipe.writer.number, errors: 2)
                    pipe.writer.close()
                    let bytes = try pipe.reader.read(atMost: 4096)
                    _ = try ChildProcess.wait(for: process)
                    return String(decoding: bytes, as: UTF8.self)
                }
            }.get()
            #expect(output == shown)
        }
    }

    @Test("the other end of a socket is the process that connected")
    func peer() throws {
        let listener = try UnixSocket.listening(as: "socket", in: folder.url.path)
        let client = try UnixSocket.connected(to: "socket", in: folder.url.path)
        let accepted = try listener.accept()
        let peer = UnixSocket.peer(of: accepted)
        #expect(peer?.process == getpid() && peer?.user == geteuid())
        withExtendedLifetime(client) {}
        #expect(try UnixSocket.peer(of: SystemPipe().reader) == nil)
    }

    @Test("a file gets another owner, by whoever may give it away", .enabled(if: geteuid() == 0, "only root may"))
    func owner() throws {
        let file = try Descriptor(opening: folder.path("file"), [.write, .create])
        try file.setOwner(65_532, group: 65_533)
        let status = try file.status()
        #expect(status.owner == 65_532 && status.group == 65_533)
    }

    // MARK: Landlock

    @Test(
        "a thread reads what its rules allow and nothing else, and other threads all that they did",
        .enabled(if: landlock >= 1, "the kernel has no Landlock"))
    func rules() async throws {
        let paths = try ["open/file", "closed/file"].map { try folder.write($0, "text") }
        let open = folder.path("open")
        let readable = try await SystemThread.run("landlock") {
            Result<[Bool], any Error> {
                let toRead: UInt64 = 1 << 2
                let rules = try LandlockRuleset(files: toRead, network: 0, scope: 0)
                try rules.allow(toRead, below: Descriptor(opening: open, .placeHandle))
                try rules.restrict()
                return paths.map { (try? Descriptor(opening: $0, .read)) != nil }
            }
        }.get()
        #expect(readable == [true, false])
        for path in paths { _ = try Descriptor(opening: path, .read) }
    }

    @Test("rules about what no kernel knows are refused", .enabled(if: landlock >= 1, "the kernel has no Landlock"))
    func unknownRights() {
        #expect(
            Self.refusal { () throws(SystemError) in _ = try LandlockRuleset(files: 1 << 63, network: 0, scope: 0) }
                == EINVAL)
    }

    @Test(
        "rules about ports are for a kernel that knows of them",
        .enabled(if: landlock >= 4, "Landlock knows ports since ABI 4"))
    func ports() throws {
        let toConnect: UInt64 = 1 << 1
        let rules = try LandlockRuleset(files: 0, network: toConnect, scope: 0)
        try rules.allow(toConnect, onPort: 4101)
        #expect(Self.refusal { () throws(SystemError) in try rules.allow(1 << 40, onPort: 4101) } == EINVAL)
    }

    // MARK: Handles

    @Test("an entry has a handle by the bytes of its name, a link too, and each handle knows its path")
    func handles() throws {
        let name: [UInt8] = [UInt8(ascii: "f"), 0xff, UInt8(ascii: "\n")]
        let place = Array(folder.url.path.utf8)
        let path = (place + [UInt8(ascii: "/")] + name).map(CChar.init(bitPattern:)) + [0]
        #expect(close(open(path, O_WRONLY | O_CREAT, 0o600)) == 0)
        #expect(symlink("nowhere", folder.path("link")) == 0)
        let handle = try Descriptor(opening: folder.url.path, .folderHandle)
        #expect(try handle.path() == place)
        let entry = try Descriptor(handleOfEntry: name, in: handle)
        #expect(try entry.path() == place + [UInt8(ascii: "/")] + name)
        #expect(try entry.status().kind == .file)
        let link = try Descriptor(handleOfEntry: Array("link".utf8), in: handle)
        #expect(try link.status().kind == .link)
        #expect(Self.refusal { () throws(SystemError) in _ = try entry.read(atMost: 1) } == EBADF)
    }
}
