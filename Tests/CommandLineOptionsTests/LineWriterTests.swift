import CommandLineOptions
import Foundation
import System
import Testing

@Suite("Lines for somebody who may not read them", .timeLimit(.minutes(1)))
struct LineWriterTests {
    private let pipe = Pipe()
    private let writer: LineWriter

    init() { writer = LineWriter(BorrowedDescriptor(pipe.fileHandleForWriting.fileDescriptor), mostBytes: 1000) }

    /// More than may wait while the thread gets its turn.
    private static let many = 20_000

    @Test("are written in their order, and all of them are when a flush says so")
    func order() async throws {
        for number in 1...20 { writer.write("line \(number)\n") }
        #expect(await writer.flush(within: .seconds(30)))
        let expected = (1...20).map { "line \($0)\n" }.joined()
        let read = try #require(try pipe.fileHandleForReading.read(upToCount: expected.utf8.count))
        #expect(String(decoding: read, as: UTF8.self) == expected)
    }

    @Test("wait for nobody; those without room are counted, and the count comes in their place")
    func dropped() async throws {
        for number in 1...Self.many { writer.write("line \(number)\n") }
        writer.write("one that has no room either\n")
        var lines: [Substring] = []
        var text = ""
        while lines.last?.contains("dropped") != true {
            text += String(decoding: try #require(try pipe.fileHandleForReading.read(upToCount: 1)), as: UTF8.self)
            if text.hasSuffix("\n") {
                lines.append(text.dropLast())
                text = ""
            }
        }
        let written = lines.count - 1
        #expect(lines.dropLast() == (1...written).map { "line \($0)" }[...])
        let told = try #require(lines.last?.wholeMatch(of: #/(\d+) lines were dropped: .*/#))
        let count = try #require(Int(told.output.1))
        // What was dropped after the count was taken is told later.
        #expect(count > 0 && written + count <= Self.many + 1)
        // The count may have come early, with much behind it that has to be read before there is room again.
        let rest = pipe.fileHandleForReading
        Thread.detachNewThread { while let more = try? rest.read(upToCount: 1 << 16), !more.isEmpty {} }
        writer.write("and on it goes\n")
        #expect(await writer.flush(within: .seconds(30)))
    }

    @Test("are lost without a word when the reader has gone")
    func gone() async throws {
        signal(SIGPIPE, SIG_IGN)
        try pipe.fileHandleForReading.close()
        writer.write("line\n")
        #expect(await writer.flush(within: .seconds(30)))
    }
}
