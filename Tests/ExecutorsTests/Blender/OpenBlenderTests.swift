import ExecutorKit
import Testing

@testable import Executors

/// The arguments of Flamenco's own job types.
private let usual = ["--render-output", "/out/####", "--render-format", "PNG", "--render-frame", "1..3"]

@Suite("Commands for a Blender that stays open")
struct OpenBlenderTests {
    private func isOne(
        _ args: [String], before: [String] = [], exeArgs: [String] = ["-b", "-y"], blendfile: String? = "/shot.blend"
    ) -> Bool {
        let parameters = BlenderRenderExecutor.Parameters(
            exe: "blender", exeArgs: nil, argsBefore: before, blendfile: blendfile, args: args)
        return OpenBlender(parameters, start: Program("blender", exeArgs)) != nil
    }

    @Test(
        "are those whose arguments end with output, format and frames",
        arguments: [
            usual, ["-F", "OPEN_EXR", "-o", "//frames/", "-f", "1,4..7,+2,-1"], ["-s", "3", "-e", "9"] + usual,
            ["--python", "/x.py"] + usual, usual + ["--", "--render-output", "/x", "-a"], ["-x", "1"] + usual,
        ] as [[String]])
    func ofFlamenco(args: [String]) { #expect(isOne(args)) }

    @Test(
        "are no others",
        arguments: [
            [], Array(usual.dropLast(2)), Array(usual.dropFirst(2)), usual + ["-a"], usual + ["-f", "4"], usual + usual,
            ["-a"] + usual, ["--render-frame", "1", "-o", "/x", "-F", "PNG"], ["-o", "/x"] + usual,
            ["-F", "PNG", "-o", "/x", "-s", "1", "-e", "2", "-a"], ["/other.blend"] + usual, ["-P", "x.py"] + usual,
            ["-c", "x"] + usual,
            ["-F", "FFMPEG", "-o", "/x", "-f", "1"], ["-F", "PNG", "-o", "out/", "-f", "1"],
            usual + ["--python", "/x.py"],
        ] as [[String]])
    func others(args: [String]) { #expect(!isOne(args)) }

    @Test(
        "have frames that are there in every file",
        arguments: [
            ("0", true), ("1,1", true), ("+0..-0", true), ("", false), ("1,", false), ("x", false), ("1..2..3", false),
            ("1...2", false), ("--1", false), ("1 ", false), ("99999999", false), ("٣", false),
        ])
    func frames(text: String, isRight: Bool) { #expect(isOne(usual.dropLast() + [text]) == isRight) }

    @Test("have a scene and no window, and dashes behind all else")
    func start() {
        #expect(!isOne(usual, blendfile: nil) && !isOne(usual, blendfile: "") && !isOne(usual, blendfile: "shot.blend"))
        #expect(!isOne(usual, exeArgs: []) && isOne(usual, before: ["--background"], exeArgs: []))
        #expect(!isOne(usual, before: ["--", "x"]) && !isOne(usual, before: ["-o", "/x"]))
        #expect(!isOne(usual, exeArgs: ["-b", "-f", "1"]))
    }
}
