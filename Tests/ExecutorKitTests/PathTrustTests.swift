import FileWork
import Foundation
import System
import TestSupport
import Testing

@testable import ExecutorKit

@Suite("Who can change what a path leads to", .enabled(if: geteuid() == 0))
struct PathTrustTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("a/b/c/file", "")
        for name in ["a", "a/b", "a/b/c"] { chmod(folder.path(name), 0o755) }
        chmod(folder.path("a/b/c/file"), 0o644)
    }

    private func doubts(_ name: String, _ trust: PathTrust = PathTrust()) throws -> [String] {
        try trust.doubts(about: folder.path(name)).map { doubt in
            let place = doubt.path.replacing(folder.url.path, with: "DIR")
            return "\(place): \(doubt.who)\(doubt.isCustomary ? ", by custom" : "")"
        }
    }

    @Test("nobody where everything is root's; below /tmp too, which is sticky")
    func nobody() throws { #expect(try doubts("a/b/c/file") == []) }

    @Test(
        "everybody, a group or an owner, at every level",
        arguments: ["a", "a/b", "a/b/c", "a/b/c/file"])
    func levels(name: String) throws {
        chmod(folder.path(name), 0o757)
        #expect(try doubts("a/b/c/file") == ["DIR/\(name): everybody"])
        chmod(folder.path(name), 0o775)
        #expect(try doubts("a/b/c/file") == ["DIR/\(name): group 0"])
        chmod(folder.path(name), 0o755)
        chown(folder.path(name), 1234, 0)
        #expect(try doubts("a/b/c/file") == ["DIR/\(name): user 1234"])
        #expect(try doubts("a/b/c/file", PathTrust(user: 1234)) == [])
    }

    @Test("not in a sticky folder what is root's, but what is somebody else's there, a link too")
    func sticky() throws {
        chmod(folder.path("a"), 0o1777)
        #expect(try doubts("a/b/c/file") == [])
        #expect(symlink(folder.path("a/b"), folder.path("a/link")) == 0)
        #expect(try doubts("a/link/c/file") == [])
        lchown(folder.path("a/link"), 1234, 0)
        #expect(try doubts("a/link/c/file") == ["DIR/a/link: user 1234"])
        chown(folder.path("a/b"), 1234, 0)
        #expect(try doubts("a/b/c/file") == ["DIR/a/b: user 1234"])
    }

    @Test("who can write the folder of a link, or what it leads to")
    func links() throws {
        try folder.write("x/other", "")
        chmod(folder.path("x"), 0o777)
        #expect(symlink("../a/b", folder.path("x/link")) == 0)
        #expect(try doubts("x/link/c/file") == ["DIR/x: everybody"])
        #expect(symlink("../../x/other", folder.path("a/b/out")) == 0)
        #expect(try doubts("a/b/out") == ["DIR/x: everybody"])
        #expect(symlink("loop", folder.path("a/loop")) == 0)
        #expect(throws: FileError.self) { try doubts("a/loop") }
        #expect(try doubts("a/gone/file") == [])
    }

    @Test("a group of administrators by custom, below the folder that is theirs")
    func custom() throws {
        var trust = PathTrust()
        (trust.localFolder, trust.localGroup) = (folder.path("a"), 50)
        for name in ["a", "a/b"] {
            chown(folder.path(name), 0, 50)
            chmod(folder.path(name), 0o2775)
        }
        #expect(try doubts("a/b/c/file", trust) == ["DIR/a: group 50, by custom", "DIR/a/b: group 50, by custom"])
        chown(folder.path("a/b"), 0, 51)
        chmod(folder.path("a"), 0o777)
        #expect(try doubts("a/b/c/file", trust) == ["DIR/a: everybody", "DIR/a/b: group 51"])
    }
}
