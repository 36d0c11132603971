import ExecutorKit
import FlamencoAPI
import Foundation
import Synchronization
import System
import TestSupport
import Testing

/// Somebody who swaps what a name stands for, again and again, while a command is checked and run.
private final class Flipper: Sendable {
    private let isOver = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Makes `link` a symbolic link to each of `targets` in turn, each time in one step.
    init(link: String, targets: [String]) throws {
        try SystemThread.start("flipper") { [self] in
            var round = 0
            while !isOver.load(ordering: .relaxed) {
                round += 1
                unlink("\(link).next")
                symlink(targets[round % targets.count], "\(link).next")
                rename("\(link).next", link)
            }
            ended.signal()
        }
    }

    func stop() {
        isOver.store(true, ordering: .relaxed)
        ended.wait()
    }
}

@Suite("The operator's rules hold while links change", .serialized, .timeLimit(.minutes(3)))
struct RuleRaceTests {
    /// As many as show a race that is there; `FLAMENCO_TEST_RACE_TRIES` for more.
    private static let tries = ProcessInfo.processInfo.environment["FLAMENCO_TEST_RACE_TRIES"].flatMap(Int.init) ?? 200

    private let place: TemporaryFolder
    private let bench: Bench
    private var inside: String { place.path("inside") }
    private var outside: String { place.path("outside") }

    init() throws {
        place = try TemporaryFolder()
        bench = try Bench(
            policy: NodePolicy(allowedExecutables: [place.path("inside")], allowedPaths: [place.path("inside")]))
        try place.write("inside/real/file", "inside")
        try place.write("outside/file", "outside")
    }

    /// Runs a command so many times while `inside/link` is now a folder inside, now the one outside.
    private func race(_ name: String, _ parameters: (_ number: Int) throws -> [String: String]) async throws {
        let flipper = try Flipper(link: inside + "/link", targets: [inside + "/real", outside])
        defer { flipper.stop() }
        for number in 0..<Self.tries {
            try? await bench.run(name, parameters(number).mapValues { .string($0) })
        }
    }

    @Test("a copy never has a forbidden source")
    func source() async throws {
        try await race("copy-file") { ["src": "\(inside)/link/file", "dest": "\(inside)/copies/\($0)"] }
        let copies = (try? FileManager.default.contentsOfDirectory(atPath: inside + "/copies")) ?? []
        let wins = try copies.count {
            try String(contentsOfFile: "\(inside)/copies/\($0)", encoding: .utf8) == "outside"
        }
        #expect(wins == 0, "of \(copies.count) copies")
        #expect(!copies.isEmpty)
    }

    @Test("nothing is copied to a forbidden place")
    func destination() async throws {
        try await race("copy-file") { ["src": "\(inside)/real/file", "dest": "\(inside)/link/copy-\($0)"] }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["file"])
    }

    @Test("no folder is made in a forbidden place")
    func folders() async throws {
        try await race("make-directory") { ["path": "\(inside)/link/new-\($0)/deeper"] }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["file"])
    }

    @Test("nothing is moved to a forbidden place")
    func moves() async throws {
        try await race("move-directory") {
            try place.write("inside/source-\($0)/file", "inside")
            return ["src": "\(inside)/source-\($0)", "dest": "\(inside)/link/moved-\($0)"]
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["file"])
    }

    @Test("no forbidden program is run")
    func programs() async throws {
        try FileManager.default.copyItem(atPath: "/bin/true", toPath: inside + "/allowed")
        try FileManager.default.copyItem(atPath: "/bin/false", toPath: outside + "/forbidden")
        let flipper = try Flipper(link: inside + "/tool", targets: [inside + "/allowed", outside + "/forbidden"])
        defer { flipper.stop() }
        var (wins, runs) = (0, 0)
        for _ in 0..<Self.tries {
            do {
                try await bench.run("exec", ["exe": .string(inside + "/tool")])
                runs += 1
            } catch let failure as CommandError {
                if failure.description.hasSuffix("exit status 1") { wins += 1 }
            } catch {}
        }
        #expect(wins == 0, "of \(Self.tries) tries, \(runs) of which ran the allowed program")
        #expect(runs > 0)
    }
}
