import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("A render is done when its pictures are", .serialized, .timeLimit(.minutes(3)))
struct RenderChecksTests {
    private let blender: StandInBlender

    init() throws { blender = try StandInBlender() }

    private static func frames(_ numbers: Int...) -> [String] { numbers.flatMap { StandInBlender.frame($0) } }
    private static func copies(_ numbers: Int...) -> String {
        numbers.map { "cp good.png out/00000\($0).png" }.joined(separator: "; ")
    }

    /// What is right, and has to go well.
    private struct Control {
        let name: String
        var shell = ":"
        var printed: [String] = []
        let args: [String]
        var output: String?
        var program = "blender"
        var warning: String?
    }

    private static let controls: [Control] = [
        .init(name: "all frames", shell: copies(1, 2), printed: frames(1, 2), args: ["-f", "1..2"]),
        .init(name: "a quiet Blender", shell: copies(1, 2), args: ["-q", "-f", "1..2"]),
        .init(
            name: "a quiet Blender whose files are somebody's own", shell: copies(1, 2), args: ["-f", "1,2"],
            program: "render.sh"),
        .init(name: "other words", shell: copies(3), printed: ["rendering...", "wrote it"], args: ["-f", "3"]),
        .init(
            name: "Blender 5, which says only that it saved", shell: copies(1, 2),
            printed: [
                "00:01.375  render           | Saved: '{out}/000001.png'",
                "00:01.392  render           | Saved: '{out}/000002.png'",
            ], args: ["-f", "1..2"]),
        .init(
            name: "two views of a frame", shell: "cp good.png out/000001_L.png; cp good.png out/000001_R.png",
            printed: [
                "Fra:1 Mem:1M | Sample 1/1", "Saved: '{out}/000001_L.png'", "Saved: '{out}/000001_R.png'",
                " Time: 00:00.27",
            ], args: ["-f", "1"]),
        .init(
            name: "two views of a quiet Blender", shell: "cp good.png out/000001_L.png; cp good.png out/000001_R.png",
            args: ["-q", "-f", "1"]),
        .init(
            name: "frames that exist, skipped", shell: copies(1, 2),
            printed: ["skipping existing frame \"{out}/000001.png\"", "skipping existing frame \"{out}/000002.png\""],
            args: ["-f", "1..2"]),
        .init(
            name: "a script that renders elsewhere", shell: "mkdir else; cp good.png else/a0001.png",
            printed: ["Fra:1 Mem:1M | Sample 1/1", "Saved: '{out}/../else/a0001.png'", " Time: 00:00.27"],
            args: ["-P", "/x.py", "-f", "1"]),
        .init(
            name: "a script that changes the range", shell: copies(1), printed: frames(1),
            args: ["-P", "/x.py", "-s", "1", "-e", "9", "-a"]),
        .init(name: "the range of the file", shell: copies(1), printed: frames(1), args: ["-a"]),
        .init(name: "a frame that counts from the end", shell: copies(9), printed: frames(9), args: ["-f", "-1"]),
        .init(
            name: "the step of the file", shell: copies(1, 3, 5), printed: frames(1, 3, 5),
            args: ["-s", "1", "-e", "6", "-a"]),
        .init(
            name: "a handler that moves", shell: "mkdir final; cp good.png final/000001.png", printed: frames(1),
            args: ["-f", "1"], warning: "/final/000001.png is"),
        .init(
            name: "a handler that renames", shell: "cp good.png out/000001.png.jpg", printed: frames(1),
            args: ["-f", "1"], warning: "/out/000001.png.jpg is"),
        .init(
            name: "a handler that sends away", printed: frames(1),
            args: ["--python-expr", "import bpy; bpy.app.handlers.render_write.append(send)", "-f", "1"],
            warning: "a script may have moved it"),
        .init(
            name: "a container with folders of its own",
            printed: StandInBlender.frame(1, path: "/nowhere/out/000001.png"), args: ["-f", "1"],
            output: "/nowhere/out/######", warning: "in a folder that does not exist on this machine"),
        .init(
            name: "a quiet container", args: ["-q", "-f", "1..3"], output: "/nowhere/out/######",
            warning: "rendered 0 of 3 frames"),
        .init(
            name: "a quiet script that renders elsewhere",
            args: ["-q", "--python-expr", "s.render.filepath = '/x/#'", "-f", "1..3"], warning: "rendered 0 of 3 frames"
        ),
        .init(name: "a script that does not render", args: ["--python-expr", "print(42)"]),
        .init(name: "a scene that renders itself", shell: copies(1), printed: frames(1), args: []),
        .init(
            name: "a wrapper that knows what to render", args: [], program: "render.sh",
            warning: "no frame was rendered"),
        .init(
            name: "a video", shell: "echo video >out/shot.mp4",
            printed: [
                "Fra:1 Mem:1M | Sample 1/1", "Append frame 1", " Time: 00:00.52", "Fra:2 Mem:1M | Sample 1/1",
                "Append frame 2", " Time: 00:00.52",
            ], args: ["-F", "FFMPEG", "-s", "1", "-e", "2", "-a"], output: "OUT/shot.mp4"),
        .init(
            name: "a quiet video", shell: "echo video >out/v0001-0002.mkv",
            args: ["-F", "FFMPEG", "-s", "1", "-e", "2", "-a"], output: "OUT/v"),
        .init(
            name: "words that look like errors", shell: copies(1),
            printed: ["Info: object CUDA error: Out of memory"] + frames(1), args: ["-f", "1"]),
    ]

    @Test("what is right goes well", arguments: controls.indices)
    func control(index: Int) async throws {
        let control = Self.controls[index]
        let parameters = try blender.parameters(
            name: control.program, shell: control.shell, printed: control.printed, control.args,
            output: control.output?.replacing("OUT", with: blender.bench.folder.path("out")))
        #expect(try await blender.run(parameters) == nil, "\(control.name)")
        let warnings = blender.bench.recorder.activities.filter { $0.hasPrefix("warning: ") }
        if let warning = control.warning {
            #expect(warnings.count == 1 && warnings[0].contains(warning), "\(control.name): \(warnings)")
        } else {
            #expect(warnings == [], "\(control.name)")
        }
    }

    /// What is not right, and has to fail with these words.
    private struct Failure {
        var shell = ":"
        var printed: [String] = []
        let args: [String]
        let words: String
    }

    private static let failures: [Failure] = [
        .init(
            shell: copies(1), printed: frames(1), args: ["-f", "1..3"], words: "rendered 1 of 3 frames, missing 2, 3"),
        .init(
            shell: copies(1), printed: frames(1), args: ["-s", "1", "-e", "2", "-a"], words: "rendered 1 of 2 frames"),
        .init(
            shell: copies(1, 3), printed: frames(1) + ["Fra:2 Mem:1M | Sample 1/2"] + frames(3),
            args: ["-s", "1", "-e", "3", "-a"], words: "rendered 2 of 3 frames, missing 2"),
        .init(
            shell: copies(1), printed: frames(1), args: ["--python-expr", "s.render.filepath = '/x'", "-f", "1,2"],
            words: "rendered 1 of 2 frames"),
        .init(printed: ["Blender 3.4.1", "", "Blender quit"], args: ["-a"], words: "rendered 0 of 1 frame"),
        .init(args: ["-q", "-f", "1..2"], words: "rendered 0 of 2 frames"),
        .init(
            shell: copies(1) + "; cp cut.png out/000002.png", args: ["-q", "-f", "1..2"],
            words: "/out/000002.png is not a complete PNG file"),
        .init(
            printed: ["Blender 3.4.1"], args: [],
            words: "no frame was rendered: Blender's arguments request none with -f or -a"),
        .init(
            printed: frames(1), args: ["-f", "1"],
            words: "/out/000001.png does not exist, but Blender reported it as saved"),
        .init(shell: ": >out/000001.png", printed: frames(1), args: ["-f", "1"], words: "/out/000001.png is empty"),
        .init(
            shell: "cp cut.png out/000001.png", printed: frames(1), args: ["-f", "1"],
            words: "/out/000001.png is not a complete PNG file"),
        .init(
            shell: "cp cut.png out/000001.png", printed: ["skipping existing frame \"{out}/000001.png\""],
            args: ["-f", "1"], words: "frame skipped as existing: "),
        .init(
            shell: copies(1),
            printed: ["Out of memory in CUDA queue synchronize (integrator_shade_surface)"] + frames(1),
            args: ["-f", "1"], words: "Out of memory in CUDA queue synchronize (integrator_shade_surface)"),
        .init(
            shell: copies(1),
            printed: [
                "Invalid device function", "",
                "Refer to the Cycles GPU rendering documentation for possible solutions:",
            ] + frames(1), args: ["-f", "1"], words: "Invalid device function"),
        .init(
            shell: copies(1), printed: frames(1) + ["Segmentation fault (core dumped)"], args: ["-f", "1"],
            words: "Segmentation fault (core dumped)"),
    ]

    @Test("what is missing, empty or cut fails", arguments: failures.indices)
    func failure(index: Int) async throws {
        let failure = Self.failures[index]
        let sentence = try await blender.run(
            blender.parameters(shell: failure.shell, printed: failure.printed, failure.args))
        #expect(sentence?.contains(failure.words) == true, "\(sentence ?? "it went well")")
    }

    @Test("a file that appears late on network storage is waited for, three seconds at most", arguments: [2900, 3100])
    func late(milliseconds: Int) async throws {
        let clock = ManualClock()
        let blender = try StandInBlender(clock: clock)
        let parameters = try blender.parameters(printed: StandInBlender.frame(1), ["-f", "1"])
        let run = Task { try await blender.run(parameters) }
        await blender.bench.recorder.waitForLog("\n< ")
        await clock.waitForSleepers()
        for passed in stride(from: 0, to: milliseconds, by: 100) {
            if passed == milliseconds - 100, milliseconds < 3000 {
                try blender.bench.folder.write("out/000001.png", bytes: SmallPictures.png())
            }
            clock.advance(by: .milliseconds(100))
            if passed < 2900 { await clock.waitForSleepers() }
        }
        clock.advance(by: .milliseconds(150))
        let sentence = try await run.value
        #expect((sentence == nil) == (milliseconds < 3000), "\(sentence ?? "")")
    }

    @Test("empty files with the exact names of frames are removed before the start, and nothing else")
    func placeholders() async throws {
        for name in ["000001.png", "000009.png", "000001_L.png", "000001.txt", "00001.png"] {
            try blender.bench.folder.write("out/\(name)", "")
        }
        try blender.bench.folder.write("out/000002.png", bytes: SmallPictures.png())
        let parameters = try blender.parameters(
            shell: "ls out; " + Self.copies(1), printed: Self.frames(1, 2), ["-f", "1..2"])
        #expect(try await blender.run(parameters) == nil)
        let log = blender.bench.recorder.log
        #expect(log.contains("removed \(blender.bench.folder.path("out/000001.png")): the file was empty"))
        #expect(log.contains("\n000001.txt\n000001_L.png\n000002.png\n000009.png\n00001.png\n"), "\(log)")
    }

    @Test("empty files stay when the job marks frames with them")
    func ownPlaceholders() async throws {
        try blender.bench.folder.write("out/000001.png", "")
        let parameters = try blender.parameters(
            printed: ["skipping existing frame \"{out}/000001.png\""],
            ["--python-expr", "import bpy; bpy.context.scene.render.use_placeholder = True", "-f", "1"])
        #expect(try await blender.run(parameters) == nil)
        #expect(!blender.bench.recorder.log.contains("removed"))
    }

    @Test("an operator can change what a finding means, and what a line means")
    func operators() async throws {
        let rules: [JSONValue] = [
            ["match": "CUDA error: Out of", "then": "ignore"],
            ["match": "license", "then": "fail", "reason": "no license"],
            ["check": "saved-file-missing", "then": "warn"], ["match": "wood", "commands": ["exec"], "then": "fail"],
        ]
        let blender = try StandInBlender(logRules: rules)
        let lines = ["CUDA error: Out of memory in cuLaunchKernel()", "wood is missing"] + Self.frames(1)
        #expect(try await blender.run(blender.parameters(printed: lines, ["-f", "1"])) == nil)
        #expect(
            blender.bench.recorder.activities.contains {
                $0.hasPrefix("warning: ") && $0.contains("000001.png does not exist")
            })
        let sentence = try await blender.run(
            blender.parameters(printed: ["license server"] + Self.frames(1), ["-f", "1"]))
        #expect(sentence == "no license")
    }

    @Test("warnings are shown when they happen, and counted at the end")
    func warnings() async throws {
        let lines = [
            "Warning: Unable to open '/render/lib/char.blend': No such file or directory",
            "Info: Cannot find lib '/render/lib/char.blend'",
            "00:01.251  cycles           | ERROR Image file '/render/wood.png' does not exist.",
        ]
        let parameters = try blender.parameters(
            shell: Self.copies(1, 2, 3), printed: lines + Self.frames(1, 2, 3), ["-f", "1..3"])
        #expect(try await blender.run(parameters) == nil)
        let activities = blender.bench.recorder.activities
        #expect(activities.first == "warning: /render/lib/char.blend is missing")
        #expect(activities.last == "3 frames rendered, 2 files missing: char.blend, wood.png")
    }

    @Test("the reason of a failure is what was printed last, but for what Blender prints at each end")
    func reasons() async throws {
        let lost =
            "blender: error while loading shared libraries: libGL.so.1: cannot open shared object file: No such file or directory"
        var parameters = try blender.parameters(printed: [lost], end: "exit 127", ["-f", "1"])
        #expect(try await blender.run(parameters) == "blender failed: exit status 127: \(lost)")
        parameters = try blender.parameters(
            printed: ["GHOST: unable to initialize, exiting!", "", "Blender quit"], end: "exit 1", ["-f", "1"])
        #expect(
            try await blender.run(parameters) == "blender failed: exit status 1: GHOST: unable to initialize, exiting!")
    }
}
