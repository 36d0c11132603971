import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("rsync-copy", .timeLimit(.minutes(1)))
struct RsyncCopyTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func copy(_ more: [String: JSONValue] = [:]) async throws {
        let parameters: [String: JSONValue] = [
            "src": .string(bench.folder.path("assets") + "/"), "dest": .string(bench.folder.path("cache/show")),
        ]
        try await bench.run("rsync-copy", parameters.merging(more) { $1 })
    }

    @Test("puts what is in a folder into another one, but for what is left out, and says how far it is")
    func folder() async throws {
        try bench.folder.write("assets/scene.blend", "scene")
        try bench.folder.write("assets/textures/wood ü.png", "wood")
        try bench.folder.write("assets/textures/wood.tmp", "rubbish")
        try await copy(["exclude": ["*.tmp"]])
        let copied = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path("cache/show")).sorted()
        #expect(copied == ["scene.blend", "textures", "textures/wood ü.png"])
        #expect(bench.recorder.activities.first?.wholeMatch(of: #/copying: \d+ %, \S+\/s/#) != nil)
        #expect(bench.recorder.activities.last == "copied \(bench.folder.path("assets"))/")
        // What is there is not copied again.
        try await copy(["exe": "rsync --stats"])
        #expect(bench.recorder.log.contains("Number of regular files transferred: 1\n"))
    }

    @Test("goes on with what it had copied when it was stopped, and shows nobody half a file")
    func resuming() async throws {
        let size = 8 << 20
        let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
        try bench.folder.write("assets/small.txt", "")
        try bytes.write(to: bench.folder.url.appending(path: "assets/large.bin"))
        let running = Task { try await copy(["exe": "rsync --bwlimit=2m"]) }
        // rsync prints how far it is each second; at first that is nothing.
        while bench.recorder.log.firstMatch(of: #/ [1-9]\d%/#) == nil { try await Task.sleep(for: .milliseconds(10)) }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        let place = bench.folder.path("cache/show/large.bin")
        #expect(!FileManager.default.fileExists(atPath: place))
        #expect(FileManager.default.fileExists(atPath: bench.folder.path("cache/show/.rsync-partial/large.bin")))

        try await copy(["exe": "rsync --stats"])
        #expect(FileManager.default.contents(atPath: place) == bytes)
        let matched = try #require(bench.recorder.log.firstMatch(of: #/Matched data: ([0-9,]+) bytes/#))
        #expect(matched.1 != "0")
        #expect(!FileManager.default.fileExists(atPath: bench.folder.path("cache/show/.rsync-partial")))
    }

    @Test("fails with what rsync said")
    func failing() async throws {
        let sentence = try await bench.failure(
            "rsync-copy", ["src": .string(bench.folder.path("gone")), "dest": .string(bench.folder.path("cache"))])
        #expect(sentence.hasPrefix("cannot copy \(bench.folder.path("gone")) to \(bench.folder.path("cache")): "))
        #expect(sentence.contains("No such file or directory (2)"), "\(sentence)")
    }

    @Test(
        "refuses what is neither a path nor on another machine",
        arguments: ["assets", "--rsh=sh", "-oProxyCommand=x:/y", ":/x", "a/b:c"])
    func sources(source: String) async throws {
        let sentence = try await bench.failure(
            "rsync-copy", ["src": .string(source), "dest": .string(bench.folder.path("cache"))])
        #expect(sentence == "parameter \"src\" should be an absolute path, but is \"\(source)\"")
    }

    @Test(
        "reads the lines of rsync",
        arguments: [
            (
                "     32,768  10%   31.25MB/s    0:00:00 (xfr#1, to-chk=0/2)",
                .progress(.init(percent: 10, speed: "31.25MB/s"))
            ),
            ("  1,000,000 100%    0.95MB/s    0:00:01", .progress(.init(percent: 100, speed: "0.95MB/s"))),
            (
                "rsync: [sender] link_stat \"/x\" failed: No such file or directory (2)",
                .message("[sender] link_stat \"/x\" failed: No such file or directory (2)")
            ),
            ("Host key verification failed.", .message("Host key verification failed.")),
            ("rsync error: some files/attrs were not transferred (code 23) at main.c(1338) [sender=3.2.7]", nil),
            ("", nil), (" ", nil), ("   a b c d", nil),
        ] as [(String, RsyncOutput?)])
    func lines(line: String, output: RsyncOutput?) {
        #expect(withLine(line) { RsyncOutput($0) } == output)
    }
}
