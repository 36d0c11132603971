import Foundation
import System
import TestSupport
import Testing

@Suite("Files by their paths")
struct FileSystemTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ file: borrowing Descriptor) throws -> String {
        String(decoding: try file.read(atMost: 1 << 16), as: UTF8.self)
    }

    private func replace(_ path: String, with text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try FileSystem.replace(path, with: $0) }
    }

    // MARK: Replacing

    @Test("are replaced in one step: whoever has the old one open reads that to its end")
    func replacing() throws {
        try folder.write("file", "old text")
        let old = try Descriptor(opening: folder.path("file"), .read)
        try replace(folder.path("file"), with: "new")
        #expect(try text(old) == "old text")
        #expect(try text(Descriptor(opening: folder.path("file"), .read)) == "new")
        #expect(try folder.names() == ["file"])
    }

    @Test("that are new are for this user alone, whatever an earlier try left behind")
    func leftBehind() throws {
        try folder.write("file.new", "something longer that somebody else may read")
        #expect(chmod(folder.path("file.new"), 0o644) == 0)
        try replace(folder.path("file"), with: "new")
        #expect(try text(Descriptor(opening: folder.path("file"), .read)) == "new")
        #expect(try FileStatus(of: folder.path("file")).permissions == 0o600)
        #expect(try folder.names() == ["file"])
    }

    @Test("stay as they are when they cannot be replaced")
    func cannotReplace() throws {
        try folder.write("taken/inside", "text")
        let error = #expect(throws: SystemError.self) { try replace(folder.path("taken"), with: "new") }
        #expect(error?.number == EISDIR)
        #expect(try Directory.names(in: folder.path("taken")) == ["inside"])
        let missing = #expect(throws: SystemError.self) { try replace(folder.path("missing/file"), with: "new") }
        #expect(missing?.isMissing == true)
    }

    // MARK: Listing

    /// Names that somebody will have one day.
    private static let oddNames = [
        "-rf", " ", "a b", "…", "...", "..a", ".a", "line\nfeed", "tab\t", "*", "a\\b", "\"", "é", "e\u{301}", "🎬",
        String(repeating: "n", count: 255),
    ]

    @Test("are listed by every name that they can have, but the folder itself and the one above it")
    func listing() throws {
        for name in Self.oddNames { _ = try Descriptor(opening: folder.url.path + "/" + name, [.write, .create]) }
        #expect(
            try Directory.names(in: folder.url.path).map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
                == Self.oddNames.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        var directory = try Directory(folder.url.path, showsDots: true)
        var count = 0
        while try directory.next() != nil { count += 1 }
        #expect(count == Self.oddNames.count + 2)
    }

    @Test("have what is not UTF-8 in a name replaced, and its bytes told")
    func wrongName() throws {
        let name: [UInt8] = Array("a".utf8) + [0xFF, 0xC3] + Array("z".utf8)
        let path = Array((folder.url.path + "/").utf8) + name + [0]
        let pointed = path.map { CChar(bitPattern: $0) }
        #expect(mkdir(pointed, 0o700) == 0)
        defer { rmdir(pointed) }
        #expect(try Directory.names(in: folder.url.path) == [String(decoding: name, as: UTF8.self)])
        var directory = try Directory(folder.url.path)
        let first = try directory.next { Array($0) }
        let second = try directory.next { Array($0) }
        #expect(first == name && second == nil)
    }

    @Test("are listed by the open folder, whatever its path has come to stand for")
    func openFolder() throws {
        try folder.write("there/file", "")
        let handle = try Descriptor(opening: folder.path("there"), .folderHandle)
        try FileSystem.rename(folder.path("there"), to: folder.path("elsewhere"))
        try folder.write("there/other", "")
        #expect(try Directory.names(in: handle) == ["file"])
        #expect(try Directory.names(in: handle) == ["file"])
    }

    @Test("cannot be listed where there is no folder")
    func noFolder() throws {
        try folder.write("file", "")
        for (name, number) in [("missing", ENOENT), ("file", ENOTDIR), ("file/x", ENOTDIR)] {
            let error = #expect(throws: SystemError.self) { _ = try Directory.names(in: folder.path(name)) }
            #expect(error?.number == number)
        }
    }

    // MARK: Looking

    @Test("have a status, of links their own or that of what they lead to")
    func status() throws {
        try folder.write("file", "text")
        symlink("file", folder.path("link"))
        symlink("missing", folder.path("dangling"))
        let file = try FileStatus(of: folder.path("file"))
        #expect(file.kind == .file && file.size == 4 && file.owner == geteuid())
        #expect(try FileStatus(of: folder.path("link")).isSame(as: file))
        #expect(try FileStatus(of: folder.path("link"), followingLinks: false).kind == .link)
        #expect(try FileStatus(of: folder.url.path).kind == .folder)
        let error = #expect(throws: SystemError.self) { _ = try FileStatus(of: folder.path("dangling")) }
        #expect(error?.isMissing == true)
        #expect(try FileSystem.target(ofLink: folder.path("dangling")) == "missing")
        #expect(FileSystem.resolved(folder.path("link")) == FileSystem.resolved(folder.path("file")))
        #expect(FileSystem.resolved(folder.path("dangling")) == nil)
    }

    @Test("are removed with all that is in a folder, and links but not what they lead to")
    func removing() throws {
        try folder.write("kept/file", "text")
        try folder.write("tree/deep/file", "text")
        symlink(folder.path("kept"), folder.path("tree/deep/link"))
        try FileSystem.removeTree(folder.path("tree"))
        #expect(try folder.names() == ["kept"])
        #expect(try Directory.names(in: folder.path("kept")) == ["file"])
    }

    @Test("that have no size are read, cut at a limit")
    func proc() throws {
        #expect(FileSystem.contents(of: "/proc/self/stat", limit: 3)?.count == 3)
        let comm = try #require(FileSystem.contents(of: "/proc/self/comm"))
        #expect(comm.last == UInt8(ascii: "\n"))
        #expect(FileSystem.contents(of: folder.path("missing")) == nil)
    }
}
