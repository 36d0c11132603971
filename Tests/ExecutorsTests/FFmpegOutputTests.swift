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

    @Test(
        "comes to the first error of codec, filter or format: captured with FFmpeg 5.1, and as 7 words it",
        arguments: [
            (
                [
                    "[libx264 @ 0x561f00c18d00] width not divisible by 2 (65x37)",
                    "Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height",
                    "Conversion failed!",
                ], "libx264: width not divisible by 2 (65x37)"
            ),
            (
                [
                    "[AVFilterGraph @ 0x55ed6b6f4000] No such filter: 'nosuch'", "Error reinitializing filters!",
                    "Failed to inject frame into filter network: Invalid argument",
                    "Error while processing the decoded data for stream #0:0",
                ], "AVFilterGraph: No such filter: 'nosuch'"
            ),
            (
                [
                    "[Parsed_pad_0 @ 0x56155480d580] Padded dimensions cannot be smaller than input dimensions.",
                    "[Parsed_pad_0 @ 0x56155480d580] Failed to configure input pad on Parsed_pad_0",
                    "Error reinitializing filters!",
                ], "Parsed_pad_0: Padded dimensions cannot be smaller than input dimensions."
            ),
            (
                [
                    "[Parsed_scale_0 @ 0x55cff2f63580] Invalid size 'bad'",
                    "[AVFilterGraph @ 0x55cff2f72fc0] Error initializing filter 'scale' with args 'w=bad'",
                    "Error reinitializing filters!",
                ], "Parsed_scale_0: Invalid size 'bad'"
            ),
            (
                [
                    "x264 [error]: invalid preset 'nosuch'",
                    "[libx264 @ 0x55e314305cc0] Error setting preset/tune nosuch/(null).",
                    "[libx264 @ 0x55e314305cc0] Possible presets: ultrafast",
                    "Error initializing output stream 0:0 -- Error while opening encoder",
                ], "x264: [error]: invalid preset 'nosuch'"
            ),
            (
                [
                    "[libx264 @ 0x55681de30080] [Eval @ 0x7fff922e3a10] Undefined constant or missing '(' in 'x'",
                    "[libx264 @ 0x55681de30080] Unable to parse option value \"x\"",
                    "[libx264 @ 0x55681de30080] Error setting option crf to value x.",
                ], "libx264: Undefined constant or missing '(' in 'x'"
            ),
            (
                [
                    "[libvpx @ 0x55a651254cc0] v1.12.0",
                    "[libvpx @ 0x55a651254cc0] Neither bitrate nor constrained quality specified, using default CRF of 32",
                    "[mp4 @ 0x55a65124eac0] Could not find tag for codec vp8 in stream #0, codec not currently supported in container",
                    "Could not write header for output file #0 (incorrect codec parameters ?): Invalid argument",
                    "Error initializing output stream 0:0 -- ",
                ], "mp4: Could not find tag for codec vp8 in stream #0, codec not currently supported in container"
            ),
            (
                [
                    "[h264_nvenc @ 0x5651a4cf8d00] Cannot load libcuda.so.1",
                    "Error initializing output stream 0:0 -- Error while opening encoder",
                ], "h264_nvenc: Cannot load libcuda.so.1"
            ),
            (
                [
                    "[libx264 @ 0x55] width not divisible by 2 (65x37)",
                    "[vost#0:0/libx264 @ 0x55] Error while opening encoder - maybe incorrect parameters",
                    "[vf#0:0 @ 0x55] Error sending frames to consumers: Generic error",
                    "[out#0/mp4 @ 0x55] Nothing was written into output file",
                ], "libx264: width not divisible by 2 (65x37)"
            ),
            (
                ["Unrecognized option 'nosuchopt'.", "Error splitting the argument list: Option not found"],
                "Unrecognized option 'nosuchopt'."
            ),
            (["/nowhere/o.mp4: No such file or directory"], "/nowhere/o.mp4: No such file or directory"),
        ] as [([String], String)])
    func reasons(lines: [String], words: String) {
        var reason = FFmpegReason()
        for line in ["ffmpeg version 5.1", "Stream mapping:", "Press [q] to stop, [?] for help"] + lines {
            reason.take(line)
        }
        #expect(reason.text == words)
    }

    @Test(
        "has as many frames as were there, unless arguments change that",
        arguments: [
            (["-c:v", "h264", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"], false), (["-vf", "fps=12"], true),
            (["-r", "12"], true),
            (["-shortest"], true), (["-frames:v", "3"], true), (["-filter:v", "select=1"], true),
            (["-fps_mode", "vfr"], true), (["-t", "3"], true),
            (["-metadata", "title=select"], false),
        ] as [([String], Bool)])
    func arguments(arguments: [String], changes: Bool) {
        #expect(VideoChecks.changesNumber(arguments) == changes)
    }
}
