import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("Commands that run programs", .timeLimit(.minutes(3)))
struct ProgramExecutorTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test("exec runs a program with its arguments as they are, without a shell")
    func exec() async throws {
        try await bench.run("exec", ["exe": "printf '%s|'", "args": ["a b", 5, 2.0, "$HOME", "*", ""]])
        #expect(bench.recorder.log.hasPrefix("> printf '%s|' 'a b' 5 2 '$HOME' '*' ''\na b|5|2|$HOME|*||\n"))
    }

    @Test("exec runs a program whose path has spaces in it")
    func spaces() async throws {
        let tool = bench.folder.path("my tool -x")
        try FileManager.default.createSymbolicLink(atPath: tool, withDestinationPath: "/bin/echo")
        try await bench.run("exec", ["exe": .string(tool), "args": ["got", "it"]])
        #expect(bench.recorder.log.hasPrefix("> '\(tool)' got it\ngot it\n"))
    }

    @Test("exec fails with the exit status of the program")
    func status() async throws {
        let sentence = try await bench.failure("exec", ["exe": "sh", "args": ["-c", "echo output; exit 3"]])
        #expect(sentence == "sh failed: exit status 3: output")
        #expect(bench.recorder.log.contains("\noutput\n"))
    }

    @Test(
        "a missing program is named, with the folders that were searched",
        arguments: [
            ("exec", [:]), ("ffmpeg", ["args": []]), ("blender-render", [:]),
            ("frames-to-video", ["inputGlob": "x", "outputFile": "y"]),
        ] as [(String, [String: JSONValue])])
    func missing(command: String, parameters: [String: JSONValue]) async throws {
        let parameters = parameters.merging(["exe": "no-such-program"]) { $1 }
        let sentence = try await bench.failure(command, parameters)
        #expect(sentence.hasPrefix("cannot find \"no-such-program\": searched "))
        #expect(sentence.contains("/bin"))
    }

    @Test("ffmpeg runs FFmpeg; a failure ends with what it said")
    func ffmpeg() async throws {
        let file = bench.folder.path("a.wav")
        try await bench.run("ffmpeg", ["args": ["-f", "lavfi", "-i", "sine=d=1", .string(file)]])
        #expect(FileManager.default.fileExists(atPath: file))
        #expect(bench.recorder.log.contains("Output #0, wav"))
        // One while it works, and the last one, which was held back.
        #expect((1...2).contains(bench.recorder.activities.count))
        let arguments: JSONValue = [
            "-f", "lavfi", "-i", "sine=d=1", "-c:a", "nosuch", .string(bench.folder.path("b.wav")),
        ]
        let sentence = try await bench.failure("ffmpeg", ["exe": "ffmpeg", "args": arguments])
        #expect(sentence == "ffmpeg failed: exit status 1: Unknown encoder 'nosuch'")
    }

    @Test("frames-to-video makes a video of all frames, and the folder for it", arguments: [24, 12.5] as [JSONValue])
    func framesToVideo(fps: JSONValue) async throws {
        try await makeFrames(10)
        let video = bench.folder.path("videos of today/video.mp4")
        try await bench.run(
            "frames-to-video",
            [
                "exe": "ffmpeg", "fps": fps, "inputGlob": .string(bench.folder.path("*.png")),
                "outputFile": .string(video), "args": ["-c:v", "h264", "-pix_fmt", "yuv420p"],
            ])
        #expect(bench.recorder.outputs == [video])
        #expect(bench.recorder.activities.last?.hasSuffix(" of 10") == true)
        #expect(try await probe(video) == (fps == 24 ? "24/1,10" : "25/2,10"))
    }

    @Test("frames-to-video replaces a video, unless it is told not to")
    func overwriting() async throws {
        try await makeFrames(2)
        let video = try bench.folder.write("video.mp4", "old")
        let parameters: [String: JSONValue] = [
            "exe": "ffmpeg", "inputGlob": .string(bench.folder.path("*.png")), "outputFile": .string(video),
        ]
        let sentence = try await bench.failure("frames-to-video", parameters.merging(["exeArgs": "-n"]) { $1 })
        #expect(sentence.hasSuffix("already exists. Exiting."))
        #expect(try String(contentsOfFile: video, encoding: .utf8) == "old")
        try await bench.run("frames-to-video", parameters)
        #expect(try await probe(video) == "25/1,2")
    }

    private func makeVideo(_ parameters: [String: JSONValue] = [:]) async throws {
        let usual: [String: JSONValue] = [
            "exe": "ffmpeg", "fps": 24, "inputGlob": .string(bench.folder.path("*.png")),
            "outputFile": .string(bench.folder.path("video.mp4")), "args": ["-c:v", "h264", "-pix_fmt", "yuv420p"],
        ]
        try await bench.run("frames-to-video", usual.merging(parameters) { $1 })
    }

    private func failure(_ parameters: [String: JSONValue] = [:]) async -> String {
        do {
            try await makeVideo(parameters)
            return "no failure"
        } catch {
            return "\(error)"
        }
    }

    @Test("frames-to-video names a frame that is empty or cut before FFmpeg starts")
    func brokenFrames() async throws {
        try await makeFrames(3)
        let frame = bench.folder.path("0002.png")
        let whole = try Data(contentsOf: URL(filePath: frame))
        try bench.folder.write("0002.png", "")
        #expect(await failure() == "the frame \(frame) is empty")
        try bench.folder.write("0002.png", bytes: Array(whole.prefix(whole.count / 2)))
        #expect(await failure() == "the frame \(frame) is not a complete PNG file")
        #expect(!bench.recorder.log.contains("> ffmpeg"))
        try bench.folder.write("0002.png", bytes: Array(whole))
        #expect(await failure() == "no failure")
    }

    @Test("frames-to-video fails when FFmpeg leaves frames out, unless arguments may have said so")
    func fewerFrames() async throws {
        try await makeFrames(4)
        // A stand-in that prints what FFmpeg prints at its end.
        let script =
            """
            #!/bin/sh
            echo 'frame=    3 fps=0.0 q=-1.0 Lsize=       5kB time=00:00:00.12'
            for last; do :; done
            echo x >"$last"

            """
        let program = JSONValue.string(try bench.folder.write("ffmpeg", script, executable: true))
        #expect(await failure(["exe": program]) == "the video has 3 of 4 frames")
        try await makeVideo(["exe": program, "args": ["-vf", "select=not(mod(n\\,2))"]])
        #expect(bench.recorder.activities.contains("warning: the video has 3 of 4 frames"))
        try await makeVideo(["args": ["-c:v", "h264", "-pix_fmt", "yuv420p", "-frames:v", "2"]])
    }

    @Test("frames-to-video warns when frames differ in size")
    func sizes() async throws {
        try await makeFrames(2)
        try await Bench().run(
            "ffmpeg",
            [
                "args": [
                    "-f", "lavfi", "-i", "testsrc=s=64x36", "-frames:v", "1", .string(bench.folder.path("0003.png")),
                ]
            ])
        try await makeVideo()
        #expect(
            bench.recorder.activities.first
                == "warning: frames differ in size: 0001.png has 320×180, 0003.png 64×36")
    }

    @Test(
        "frames-to-video takes folders literally that are named like patterns",
        arguments: ["[WIP] shot {v2}", "a*b", "x\\y?"])
    func literalFolder(folder: String) async throws {
        try await makeFrames(2)
        for name in ["0001.png", "0002.png"] {
            let bytes = try Data(contentsOf: URL(filePath: bench.folder.path(name)))
            try bench.folder.write("\(folder)/\(name)", bytes: Array(bytes))
        }
        let pattern = JSONValue.string(bench.folder.path(folder) + "/*.png")
        let video = bench.folder.path(folder) + "/video.mp4"
        try await makeVideo(["inputGlob": pattern, "outputFile": .string(video)])
        #expect(try await probe(video) == "24/1,2")
    }

    @Test("create-video makes a video as managers of 2022 ask for it")
    func createVideo() async throws {
        try await makeFrames(3)
        let video = bench.folder.path("video.mp4")
        try await bench.run(
            "create-video",
            ["input_files": .string(bench.folder.path("*.png")), "output_file": .string(video), "fps": 24])
        #expect(bench.recorder.outputs == [video])
        #expect(try await probe(video) == "24/1,3")
    }

    @Test("frames-to-video without frames fails before FFmpeg starts")
    func noFrames() async throws {
        let pattern = bench.folder.path("*.png")
        let sentence = try await bench.failure(
            "frames-to-video",
            ["exe": "ffmpeg", "inputGlob": .string(pattern), "outputFile": .string(bench.folder.path("x/v.mp4"))])
        #expect(sentence == "no file matches \(pattern): no frames for the video")
        #expect(bench.recorder.log == "")
        #expect(try bench.files == [])
    }

    private func makeFrames(_ count: Int) async throws {
        let source = "testsrc=s=320x180:r=24"
        let frames = JSONValue.string(bench.folder.path("%04d.png"))
        try await Bench().run(
            "ffmpeg", ["args": ["-f", "lavfi", "-i", .string(source), "-frames:v", .integer(Int64(count)), frames]])
    }

    /// The frame rate and the number of frames, as `ffprobe` counts them.
    private func probe(_ video: String) async throws -> String {
        let bench = try Bench()
        try await bench.run(
            "exec",
            [
                "exe": "ffprobe -v error -count_frames -select_streams v -of csv=p=0",
                "args": ["-show_entries", "stream=r_frame_rate,nb_read_frames", .string(video)],
            ])
        return bench.recorder.log.split(separator: "\n").first { $0.first?.isNumber == true }.map(String.init) ?? ""
    }
}
