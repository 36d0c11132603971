import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("The end of Blender", .serialized, .timeLimit(.minutes(3)))
struct BlenderEndTests {
    private let done = StandInBlender.frame(1) + StandInBlender.frame(2) + ["", "Blender quit"]
    private let copies = "cp good.png out/000001.png; cp good.png out/000002.png"

    #if os(Linux)
        @Test("a Blender that stays after its end is ended, and has gone well; one that was not done has not")
        func lingering() async throws {
            for (frames, sentence) in [("1..2", nil), ("1..3", "rendered 2 of 3 frames, missing 3")] {
                let blender = try StandInBlender(leftoverTime: .milliseconds(500))
                let parameters = try blender.parameters(
                    shell: copies, printed: done, end: "exec sleep 1000", ["-f", frames])
                #expect(try await blender.run(parameters) == sentence)
                #expect(blender.bench.recorder.log.contains("killed: still running after its work was done"))
                #expect(blender.bench.recorder.steps == 2)
            }
        }

        @Test("a Blender that stays below a wrapper is ended too")
        func below() async throws {
            let blender = try StandInBlender(leftoverTime: .milliseconds(500))
            // A program of that name that hangs.
            try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: blender.bench.folder.path("blender"))
            var parameters = try blender.parameters(
                name: "xvfb-run", shell: copies, printed: done, end: "./blender 1000; exit 3", ["-f", "1..2"])
            if case .string(let exe)? = parameters["exe"] { parameters["exe"] = .string(exe + " blender") }
            #expect(try await blender.run(parameters) == nil)
            #expect(blender.bench.recorder.log.contains("killed: still running after its work was done"))
        }
    #endif

    @Test(
        "a script that is named like Blender and works on is left to its own end",
        arguments: [
            // With a child that waits, alone with the processor, and alone with something that it waits for.
            "sleep 2; exit 3", "end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done; exit 3",
            "mkfifo later; (sleep 2; echo >later) & read line <later; exit 3",
        ])
    func wrapper(end: String) async throws {
        let blender = try StandInBlender(leftoverTime: .milliseconds(300))
        let parameters = try blender.parameters(shell: copies, printed: done, end: end, ["-f", "1..2"])
        #expect(try await blender.run(parameters)?.hasPrefix("blender failed: exit status 3") == true)
        #expect(!blender.bench.recorder.log.contains("still running after its work"))
    }

    @Test("the file that Blender names when it crashes goes into the log")
    func crash() async throws {
        let blender = try StandInBlender()
        let file = try blender.bench.folder.write("scene.crash.txt", "# backtrace\nblender(BLI_system_backtrace)\n")
        let parameters = try blender.parameters(printed: ["Writing: \(file)"], end: "kill -SEGV $$", ["-f", "1"])
        #expect(try await blender.run(parameters)?.hasPrefix("blender failed: killed by SIGSEGV") == true)
        #expect(blender.bench.recorder.log.contains("\nblender(BLI_system_backtrace)\n"))
    }

    @Test("a crash file of which the operator allows nothing stays where it is")
    func forbiddenCrashFile() async throws {
        let secret = try TemporaryFolder()
        let file = try secret.write("scene.crash.txt", "secret words\n")
        let place = try TemporaryFolder()
        let blender = try StandInBlender(policy: NodePolicy(allowedPaths: [place.url.path]))
        let parameters = try blender.parameters(
            printed: ["Writing: \(file)"], end: "kill -SEGV $$", ["-f", "1"], output: place.path("######"))
        #expect(try await blender.run(parameters)?.hasPrefix("blender failed: killed by SIGSEGV") == true)
        #expect(!blender.bench.recorder.log.contains("secret words"))
    }
}

@Suite("Pictures, as the user of programs", .enabled(if: geteuid() == 0), .serialized, .timeLimit(.minutes(3)))
struct PicturesOfAnotherUserTests {
    private let blender: StandInBlender

    init() throws {
        let nobody = try #require(ProgramUser(named: "nobody"))
        blender = try StandInBlender(user: nobody)
        let folder = blender.bench.folder
        for path in [folder.url.path, folder.path("out")] { chmod(path, 0o755) }
    }

    @Test("empty frames are removed where that user may, and stay where it may not", arguments: [true, false])
    func emptyFrames(isTheirs: Bool) async throws {
        let nobody = try #require(ProgramUser(named: "nobody"))
        let folder = blender.bench.folder
        let file = try folder.write("out/000001.png", "")
        if isTheirs { chown(folder.path("out"), nobody.id, nobody.id) }
        let parameters = try blender.parameters(shell: "ls out", ["--python-expr", "pass", "-s", "1", "-e", "1", "-a"])
        _ = try await blender.run(parameters)
        #expect(blender.bench.recorder.log.contains("removed \(file): the file was empty") == isTheirs)
        #expect(FileManager.default.fileExists(atPath: file) == !isTheirs)
    }

    @Test("a file that this user cannot read is a warning, not a failure")
    func unreadable() async throws {
        let file = try blender.bench.folder.write("out/000001.png", bytes: SmallPictures.png())
        chmod(file, 0o600)
        #expect(try await blender.run(blender.parameters(printed: StandInBlender.frame(1), ["-f", "1"])) == nil)
        let warnings = blender.bench.recorder.activities.filter { $0.hasPrefix("warning: ") }
        #expect(warnings.count == 1 && warnings[0].contains("cannot be read"), "\(warnings)")
    }

    @Test("a crash file that this user cannot read stays out of the log")
    func crashFile() async throws {
        let file = try blender.bench.folder.write("scene.crash.txt", "secret words\n")
        chmod(file, 0o600)
        let parameters = try blender.parameters(printed: ["Writing: \(file)"], end: "kill -SEGV $$", ["-f", "1"])
        #expect(try await blender.run(parameters)?.hasPrefix("blender failed: killed by SIGSEGV") == true)
        #expect(!blender.bench.recorder.log.contains("secret words"))
    }
}
