import ExecutorKit
import Testing

@testable import Executors

@Suite("What FFmpeg prints")
struct FFmpegOutputTests {
    private func parse(_ line: String) -> FFmpegOutput? { withLine(line) { FFmpegOutput($0) } }

    @Test(
        "is understood line by line",
        arguments: [
            (
                "frame=    1 fps=0.0 q=0.0 size=       0kB time=00:00:00.00 bitrate=N/A speed=   0x    ",
                .progress(.init(frame: 1, time: "00:00:00.00"))
            ),
            (
                "frame= 3010 fps= 56 q=-1.0 Lsize=    5926KiB time=00:02:05.29 bitrate= 387.5kbits/s speed=2.34x elapsed=0",
                .progress(.init(frame: 3010, time: "00:02:05.29"))
            ),
            (
                "size=      86kB time=00:00:01.00 bitrate= 706.2kbits/s",
                .progress(.init(frame: nil, time: "00:00:01.00"))
            ),
            ("frame=    0 fps=0.0 q=0.0 size= 0kB time=N/A bitrate=N/A", .progress(.init(frame: 0, time: nil))),
            ("frame=", .progress(.init(frame: nil, time: nil))), ("size==x", .progress(.init(frame: nil, time: nil))),
            ("Unknown encoder 'nosuch'", .message("Unknown encoder 'nosuch'")), ("", nil),
            ("  Stream #0:0: Video: png", nil), ("Conversion failed!", nil),
        ] as [(String, FFmpegOutput?)])
    func lines(line: String, output: FFmpegOutput?) {
        #expect(parse(line) == output)
    }

    @Test(
        "of whole runs comes to the last frame and the reason of the failure",
        arguments: [
            ("ffmpeg-5.1-video", 10, "00:00:00.29", nil), ("ffmpeg-5.1-sound", nil, "00:00:01.00", nil),
            ("ffmpeg-5.1-unknown-encoder", nil, nil, "Unknown encoder 'nosuch'"),
            ("ffmpeg-5.1-unknown-format", nil, nil, "v.xyz: Invalid argument"),
        ] as [(String, Int?, String?, String?)])
    func runs(fixture: String, frame: Int?, time: String?, reason: String?) throws {
        var last: FFmpegOutput.Progress?
        var message: String?
        for line in try Fixture.lines(of: fixture) {
            switch parse(line) {
            case .progress(let progress): last = progress
            case .message(let text): message = text
            case nil: break
            }
        }
        #expect(last?.frame == frame)
        #expect(last?.time == time)
        if let reason { #expect(message == reason) }
    }

    @Test("becomes an activity")
    func activity() {
        let progress = FFmpegOutput.Progress(frame: 12, time: "00:00:00.50")
        #expect(progress.activity(totalFrames: 100) == "frame 12 of 100")
        #expect(progress.activity(totalFrames: 11) == "frame 12", "FFmpeg repeats frames at times")
        #expect(progress.activity(totalFrames: nil) == "frame 12")
        #expect(FFmpegOutput.Progress(frame: nil, time: "00:01:00.00").activity(totalFrames: 9) == "at 00:01:00.00")
        #expect(FFmpegOutput.Progress(frame: nil, time: nil).activity(totalFrames: 9) == nil)
    }
}
