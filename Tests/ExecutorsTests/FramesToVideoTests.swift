import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("The command line of frames-to-video")
struct FramesToVideoTests {
    private func line(_ parameters: [String: JSONValue]) throws -> String {
        let required: [String: JSONValue] = ["exe": "ffmpeg", "inputGlob": "/r/*.png", "outputFile": "/r/v.mp4"]
        let all = required.merging(parameters) { $1 }
        return try ParameterDecoder.decode(FramesToVideoExecutor.Parameters.self, from: all).program().commandLine
    }

    @Test(
        "has everything in its place",
        arguments: [
            ([:], "ffmpeg -y -pattern_type glob -i '/r/*.png' /r/v.mp4"),
            (["fps": 24], "ffmpeg -y -r 24 -pattern_type glob -i '/r/*.png' -r 24 /r/v.mp4"),
            (["fps": 24.0], "ffmpeg -y -r 24 -pattern_type glob -i '/r/*.png' -r 24 /r/v.mp4"),
            (["fps": 23.976], "ffmpeg -y -r 23.976 -pattern_type glob -i '/r/*.png' -r 23.976 /r/v.mp4"),
            (
                ["fps": "30000/1001"],
                "ffmpeg -y -r 30000/1001 -pattern_type glob -i '/r/*.png' -r 30000/1001 /r/v.mp4"
            ),
            (
                [
                    "exe": "/opt/ffmpeg -nostdin", "exeArgs": "-loglevel 'info'", "argsBefore": ["-threads", 2],
                    "fps": 25, "args": ["-c:v", "h264", "-crf", 20],
                ],
                "/opt/ffmpeg -nostdin -loglevel info -threads 2 -y -r 25 -pattern_type glob -i '/r/*.png' -c:v h264 "
                    + "-crf 20 -r 25 /r/v.mp4"
            ),
            (["exe": "ffmpeg -n"], "ffmpeg -n -pattern_type glob -i '/r/*.png' /r/v.mp4"),
            (["exeArgs": "-y"], "ffmpeg -y -pattern_type glob -i '/r/*.png' /r/v.mp4"),
            (["argsBefore": ["-n"]], "ffmpeg -n -pattern_type glob -i '/r/*.png' /r/v.mp4"),
            (["args": ["-y"]], "ffmpeg -pattern_type glob -i '/r/*.png' -y /r/v.mp4"),
        ] as [([String: JSONValue], String)])
    func commandLine(parameters: [String: JSONValue], expected: String) throws {
        #expect(try line(parameters) == expected)
    }

    @Test(
        "refuses frame rates that are none",
        arguments: [0, -24, "fast", "30/0", "", "1/2/3", "nan", true, "inf"] as [JSONValue])
    func frameRate(fps: JSONValue) throws {
        let error = try #require(throws: ParameterError.self) { try line(["fps": fps]) }
        #expect(error.parameter == "fps")
        #expect(error.expected == "a number above 0")
    }

    @Test("patterns match as FFmpeg's do")
    func patterns() throws {
        let folder = try TemporaryFolder()
        for name in ["0001.png", "0002.png", "0003.exr", "sub/0004.png"] { try folder.write(name, "") }
        let counts = ["*.png": 2, "*.{png,exr}": 3, "*/*.png": 1, "000[12].png": 2, "?.png": 0, "0001.png": 1]
        for (pattern, count) in counts {
            #expect(try matches(folder.path(pattern)).count == count, "\(pattern)")
        }
    }

    private func matches(_ pattern: String) throws -> [String] { try FilePattern(pattern, FileWorkControl()).matches() }

    @Test(
        "patterns match as glob(3) does",
        arguments: [
            "*", "a*", "{a,b}*", "{a,{b,c}}*", "a{1,}", "[ab]1", "a\\*", "{a,b", "a}*", "*/*", "sub/{x,y}.png", "{}a1",
            "?1", ".*", "sub/../a1", "no/such", "a[", "{a1,a1}", "\\{a1", "{,sub/}*", "link", "{a\\,b,c}1",
        ])
    func asTheSystemDoes(pattern: String) throws {
        let folder = try TemporaryFolder()
        for name in ["a1", "a2", "b1", "c1", "a*", "{a1", "{a,b", "a[", ".hidden", "sub/x.png", "sub/y.png", "a,b1"] {
            try folder.write(name, "")
        }
        symlink("nowhere", folder.path("link"))
        let whole = folder.url.path + "/" + pattern
        var system = glob_t()
        defer { globfree(&system) }
        let isFound = glob(whole, GLOB_BRACE, nil, &system) == 0
        let expected = isFound ? (0..<system.gl_pathc).map { String(cString: system.gl_pathv[Int($0)]!) } : []
        #expect(try matches(whole).sorted() == expected.sorted(), "\(pattern)")
    }

    @Test("braces that stand for millions of patterns are refused at once")
    func manyBraces() throws {
        let pattern = "/tmp/" + String(repeating: "{a,b}", count: 26)
        let failure = try #require(throws: FileWorkError.self) { try matches(pattern) }
        #expect(
            failure.description.hasPrefix("the braces of the pattern expand to more than 4096 patterns: /tmp/{a,b}"))
        let wide = "/tmp/{" + Array(repeating: "a", count: 5000).joined(separator: ",") + "}"
        #expect(throws: FileWorkError.self) { try matches(wide) }
    }
}
