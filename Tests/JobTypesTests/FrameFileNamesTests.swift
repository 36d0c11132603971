import FlamencoAPI
import Foundation
import Testing

@testable import JobTypes

@Suite("Files of frames")
struct FrameFileNamesTests {
    /// Names that Blender 3.4 wrote for frame 7 in PNG.
    @Test(
        "names are those that Blender gives",
        arguments: [
            ("/f/scene123", "/f/scene1230007.png"), ("/f/", "/f/0007.png"), ("/f/f_###", "/f/f_007.png"),
            ("/f/f_###.png", "/f/f_007.png"), ("/f/f_###.jpg", "/f/f_007.png"), ("/f/f_###.JPEG", "/f/f_007.png"),
            ("/f/f_###.foo", "/f/f_007.foo.png"), ("/f/f_###.mp4", "/f/f_007.mp4.png"), ("/f/a#b", "/f/a7b.png"),
            ("/f/x_##_###", "/f/x_##_007.png"), ("/d##/x", "/d##/x0007.png"), ("/f/a.b", "/f/a.b0007.png"),
            ("//rel/x", "/jobs/rel/x0007.png"),
        ])
    func names(output: String, name: String) {
        let files = FrameFileNames(renderOutput: output, blendFile: "/jobs/s.blend", fileExtension: ".png")
        let glob = files.glob(for: FrameRange([7]))
        #expect(glob.contains("{") && glob.replacing(/[{}]/, with: "") == name)
    }

    @Test(
        "the video is named after the frames and what they are called",
        arguments: [
            ("/f/scene123", "1-10", "/f/scene123-1-10.mp4"), ("/f/", "1,4-7", "/f/s-1,4-7.mp4"),
            ("/f/shot_####", "3", "/f/shot-3.mp4"),
        ])
    func videoName(output: String, frames: String, name: String) throws {
        let files = FrameFileNames(renderOutput: output, blendFile: "/jobs/s.blend", fileExtension: ".png")
        #expect(
            files.sibling(
                named: files.stem.isEmpty ? "s" : files.stem, for: try FrameRange(parsing: frames), extension: ".mp4")
                == name)
    }

    @Test("a long list of frames does not make a name that is too long")
    func longName() {
        let files = FrameFileNames(renderOutput: "/f/x", blendFile: "/s.blend", fileExtension: ".png")
        let frames = FrameRange(stride(from: 1, to: 400, by: 2))
        #expect(
            files.sibling(named: files.stem.isEmpty ? "s" : files.stem, for: frames, extension: ".mp4")
                == "/f/x-1-399.mp4")
        #expect(files.glob(for: frames) == "/f/x{[0-9][0-9][0-9][0-9]}.png")
    }

    @Test("characters of globs in a path mean themselves, and a variable at its start stays one")
    func escapes() {
        let files = FrameFileNames(
            renderOutput: "{shared}/a[b]{c}*?\\d/x", blendFile: "/s.blend", fileExtension: ".png")
        #expect(files.glob(for: FrameRange([1])) == "{shared}/a\\[b\\]\\{c\\}\\*\\?\\\\d/x{0001}.png")
    }

    @Test("digit patterns match their numbers and no others, in their order", arguments: 1...6)
    func digitPatterns(digits: Int) throws {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let ceiling = [12, 120, 1200, 12000].randomElement(using: &numbers) ?? 12
            let start = Int.random(in: 0...ceiling, using: &numbers)
            let end = Int.random(in: start...ceiling, using: &numbers)
            let frames = Array(start...end) + [end + 2, end + 9]
            let patterns = DigitPatterns(frames, digits: digits).patterns
            #expect(patterns.flatMap(Self.words) == frames.map { Self.padded($0, digits) }, "\(start)-\(end)")
        }
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        String(repeating: "0", count: max(0, digits - String(number).count)) + String(number)
    }

    /// All that a pattern of digits and `[a-b]` matches, in order.
    private static func words(_ pattern: String) -> [String] {
        var words = [""]
        var rest = Substring(pattern)
        while let character = rest.first {
            var choices = [String(character)]
            if character == "[" {
                let bounds = rest.dropFirst().prefix { $0 != "]" }.split(separator: "-").compactMap { Int($0) }
                choices = (bounds[0]...bounds[1]).map(String.init)
                rest = rest[rest.index(rest.startIndex, offsetBy: 4)...]
            }
            words = words.flatMap { word in choices.map { word + $0 } }
            rest = rest.dropFirst()
        }
        return words
    }
}
