import ExecutorKit
import Testing

@testable import Executors

@Suite("What Blender prints")
struct BlenderOutputTests {
    private func parse(_ line: String) -> BlenderOutput? { withLine(line) { BlenderOutput($0) } }

    @Test(
        "is understood line by line, for every version",
        arguments: [
            ("Saved: '/render/000001.png'", .saved(path: "/render/000001.png")),
            ("Saved: '/render/o'q \"x/000001.png'", .saved(path: "/render/o'q \"x/000001.png")),
            ("Saved: '/render/größe | 2/1.png'", .saved(path: "/render/größe | 2/1.png")),
            ("00:00.327  render           | Saved: '/path/to/file.exr'", .saved(path: "/path/to/file.exr")),
            ("00:00.327  render           | Saved: '/path | to/file.exr'", .saved(path: "/path | to/file.exr")),
            (" Time: 00:00.27 (Saving: 00:00.16)", .frameDone),
            ("Time: 00:01.06", .frameDone),
            ("Time: 1:02:01.06 (Saving: 00:00.02)", .frameDone),
            ("00:00.419  render           | Time: 00:01.06 (Saving: 00:00.02)", .frameDone),
            ("skipping existing frame \"/render/a \"b\".png\"", .frameSkipped(path: "/render/a \"b\".png")),
            ("Skipping existing frame \"/render/1.png\"", .frameSkipped(path: "/render/1.png")),
            ("1:00:00.419  render | Skipping existing frame \"/r/1.png\"", .frameSkipped(path: "/r/1.png")),
            (
                "Fra:12 Mem:12.77M (Peak 14.53M) | Time:00:00.10 | Scene, ViewLayer | Rendered 3/16 Tiles",
                .progress(frame: 12, .init(unit: "tile", done: 3, total: 16))
            ),
            (
                "Fra:12 Mem:1M (Peak 1M) | Time:00:00.10 | Scene | Rendered 3/16 Tiles, Sample 32/128",
                .progress(frame: 12, .init(unit: "tile", done: 3, total: 16))
            ),
            (
                "Fra:-5 Mem:1M (Peak 1M) | Time:00:00.10 | Remaining:00:00.03 | Scene | Sample 32/128",
                .progress(frame: -5, .init(unit: "sample", done: 32, total: 128), remaining: "00:00.03")
            ),
            (
                "00:00.300  render           | Fra: 7 | Sample 1/4",
                .progress(frame: 7, .init(unit: "sample", done: 1, total: 4))
            ),
            ("Fra:1 Mem:9.05M (Peak 10.83M) | Time:00:00.01 | Synchronizing object | Cube", .progress(frame: 1, nil)),
            ("Fra:1 | Sample 1/", .progress(frame: 1, nil)),
            (
                "Fra: 1 | Remaining: 01:43.73 | Mem: 1699M | Sample 1/128",
                .progress(frame: 1, .init(unit: "sample", done: 1, total: 128), remaining: "01:43.73")
            ),
            (
                "00:11.765  render           | Fra: 1 | Rendering 25 / 64 samples",
                .progress(frame: 1, .init(unit: "sample", done: 25, total: 64))
            ),
            ("00:00.110  render           | Rendering frame 12", .frameBegun(12)),
            ("Saved: /pass/depth_0001.exr", .saved(path: "/pass/depth_0001.exr")),
            (
                "        brick.jpg   16.00M (16,777,200:20.234  render           | Saved: '/o/0.png'",
                .saved(path: "/o/0.png")
            ),
            ("Append frame 2", .videoFrame(2)), ("00:01.002  render           | Video append frame 1", .videoFrame(1)),
            ("Blender quit", .quit), ("Blender 3.4.1", .started), ("Read blend: /render/scene.blend", .started),
            ("00:01.2  render | Skipping existing frame \"/r/1.png\" for view \"L\"", .frameSkipped(path: "/r/1.png")),
            ("Error: Cannot render, no camera", .error("Cannot render, no camera")),
            ("00:00.719  render           | ERROR cannot save", .error("cannot save")),
        ] as [(String, BlenderOutput)])
    func lines(line: String, output: BlenderOutput) {
        #expect(parse(line) == output)
    }

    @Test(
        "is passed over when it says nothing about the rendering",
        arguments: [
            "", " ", "Blender quits", "Blender says", "Info: Saved \"scene.blend\"",
            "Saved: '", "Saved: render/1.png", "Saved session recovery to '/tmp/quit.blend'", "Fra:",
            "Fra:x | Sample 1/2",
            "Fra:99999999999999999999 | Sample 1/2", "Time: soon", "Time: ", "Time: 12", "Time:00:01.06",
            "Timeout: 00:01",
            "skipping existing frame", "Append frame", "ERROR in my script", "Info: No frames rendered", "F", "S",
            "T",
            "00:00.327", "00:00.327  render", "00:00.327  render           |", "12:00 | lunch", "\u{0}\u{1}", "ü",
        ])
    func noise(line: String) {
        #expect(parse(line) == nil)
    }

    @Test("any bytes are taken, UTF-8 or not")
    func anyBytes() {
        for byte in UInt8.min...UInt8.max {
            let rest = [byte, UInt8(ascii: "'"), byte, UInt8(ascii: "\""), 0xFF]
            func text(_ count: Int) -> String { String(decoding: rest.prefix(count), as: UTF8.self) }
            let digit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte ? Int(byte - UInt8(ascii: "0")) : nil
            for (prefix, expected) in [
                ("Saved: '", .saved(path: text(byte == UInt8(ascii: "'") ? 2 : 1))),
                ("Skipping existing frame \"", .frameSkipped(path: text(3))), ("Error: ", .error(text(5))),
                ("Fra:", digit.map { .progress(frame: $0, nil) }), ("Time: ", nil), ("00:00.1 | ", nil),
            ] as [(String, BlenderOutput?)] {
                let found = (Array(prefix.utf8) + rest).withUnsafeBufferPointer { BlenderOutput(OutputLine(bytes: $0)) }
                #expect(found == expected, "\(prefix) and byte \(byte)")
            }
        }
    }

    /// What a whole run comes to.
    private func follow(_ fixture: String, totalFrames: Int? = nil) throws -> (RenderProgress, [RenderProgress.Report])
    {
        var progress = RenderProgress(totalFrames: totalFrames)
        var reports: [RenderProgress.Report] = []
        for (number, line) in try Fixture.lines(of: fixture).enumerated() {
            guard let output = parse(line) else { continue }
            // A line every millisecond: new frames are told, all that happens inside of them is not.
            reports += progress.report(on: output, at: .milliseconds(number))
        }
        reports += progress.end(at: .seconds(60))
        return (progress, reports)
    }

    @Test("of a run of two frames: two files, two steps, and one activity a frame at most")
    func twoFrames() throws {
        let (progress, reports) = try follow("blender-3.4-two-frames", totalFrames: 2)
        #expect(reports.first == .activity("frame 1, 1 of 2"))
        #expect(
            reports.dropFirst().dropLast() == [
                .output(path: "/render/out/000001.png"), .step, .output(path: "/render/out/000002.png"), .step,
            ])
        // What was held back is told in the end.
        guard case .activity(let last) = reports.last else { throw CancellationError() }
        #expect(last.hasPrefix("frame 2, 2 of 2, ") && last.hasSuffix(" left"), "\(last)")
        #expect(progress.summary == "2 frames rendered")
        #expect(progress.lastError == nil)
    }

    @Test(
        "of whole runs comes to the right number of frames",
        arguments: [
            ("blender-3.4-skip-one", 1, 1, 1, "1 frame rendered, 1 skipped", nil),
            ("blender-3.4-skip-animation", 0, 3, 0, "3 frames skipped", nil),
            ("blender-3.4-tiles", 2, 0, 2, "2 frames rendered", nil),
            ("blender-3.4-movie", 2, 0, 0, "2 frames rendered", nil),
            ("blender-3.4-quotes", 1, 0, 1, "1 frame rendered", nil),
            ("blender-3.4-python-error", 1, 0, 1, "1 frame rendered", nil),
            (
                "blender-3.4-missing-file", 0, 0, 0, nil,
                "Cannot read file '/render/missing.blend': No such file or directory"
            ),
            ("blender-3.4-no-camera", 0, 0, 0, nil, "Cannot render, no camera"),
            (
                "blender-3.4-unwritable", 0, 0, 0, nil,
                "Render error (Invalid argument) cannot save: '/proc/x/000001.png'"
            ),
            ("blender-4.x", 2, 1, 2, "2 frames rendered, 1 skipped", nil),
            (
                "blender-5.x", 1, 1, 1, "1 frame rendered, 1 skipped",
                "Render error (No space left on device) cannot save: '/render/seq/000003.exr'"
            ),
        ] as [(String, Int, Int, Int, String?, String?)])
    func runs(fixture: String, rendered: Int, skipped: Int, files: Int, summary: String?, error: String?) throws {
        let (progress, reports) = try follow(fixture)
        #expect(progress.rendered == rendered)
        #expect(progress.skipped == skipped)
        #expect(reports.count { $0 == .step } == rendered + skipped)
        #expect(reports.count { if case .output = $0 { true } else { false } } == files)
        #expect(progress.summary == summary)
        #expect(progress.lastError == error)
    }

    @Test("a long frame is told about every two seconds, a new one at once")
    func pace() {
        var progress = RenderProgress(totalFrames: 3)
        func activity(_ frame: Int, _ sample: Int, at milliseconds: Int) -> String? {
            let output = BlenderOutput.progress(frame: frame, .init(unit: "sample", done: sample, total: 9))
            guard case .activity(let text) = progress.report(on: output, at: .milliseconds(milliseconds)).last else {
                return nil
            }
            return text
        }
        #expect(activity(10, 1, at: 0) == "frame 10, 1 of 3, sample 1 of 9")
        #expect(activity(10, 2, at: 1999) == nil)
        #expect(activity(10, 3, at: 2000) == "frame 10, 1 of 3, sample 3 of 9")
        #expect(progress.report(on: .frameDone, at: .milliseconds(2100)) == [.step])
        #expect(activity(11, 1, at: 2200) == nil)
        #expect(activity(11, 2, at: 2250) == "frame 11, 2 of 3, 2.1 s a frame, 4.2 s left, sample 2 of 9")
        #expect(progress.report(on: .frameDone, at: .milliseconds(2300)) == [.step])
        #expect(progress.report(on: .frameSkipped(path: "a"), at: .milliseconds(2300)) == [.skipped(path: "a"), .step])
        #expect(
            activity(13, 1, at: 9000) == "frame 13, 1.2 s a frame, sample 1 of 9",
            "there are more frames than were asked for")
    }

    @Test("the activity says how long a frame takes and what is left, no more exactly than anybody wants to know")
    func timing() {
        var progress = RenderProgress(totalFrames: 10)
        for frame in 10..<12 {
            _ = progress.report(on: .frameBegun(frame), at: .seconds((frame - 10) * 41))
            _ = progress.report(on: .frameDone, at: .seconds((frame - 9) * 41))
        }
        let output = BlenderOutput.progress(frame: 12, nil, remaining: "00:38.10")
        #expect(
            progress.report(on: output, at: .seconds(90))
                == [.activity("frame 12, 3 of 10, 41 s a frame, 5 min left, remaining 00:38.10")])
    }
}
