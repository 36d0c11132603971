import JobTypes
import Testing

@Suite("Frame ranges")
struct FrameRangeTests {
    @Test(
        "frames as people and Blender write them",
        arguments: [
            ("1-10", Array(1...10), "1-10", "1..10"),
            ("1,4-7,12", [1, 4, 5, 6, 7, 12], "1,4-7,12", "1,4..7,12"),
            (" 1 , 4 - 7 ", [1, 4, 5, 6, 7], "1,4-7", "1,4..7"),
            ("1..3", [1, 2, 3], "1-3", "1..3"),
            ("5-5", [5], "5", "5"),
            ("0", [0], "0", "0"),
            ("7,1,7,2-3,1", [7, 1, 2, 3], "7,1-3", "7,1..3"),
            ("1,2,3", [1, 2, 3], "1-3", "1..3"),
            ("010-011", [10, 11], "10-11", "10..11"),
            ("1048574", [1_048_574], "1048574", "1048574"),
        ])
    func reading(text: String, frames: [Int], people: String, blender: String) throws {
        let range = try FrameRange(parsing: text)
        #expect(range.frames == frames)
        #expect(range.description == people)
        #expect(range.blenderNotation == blender)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("", "it contains no frames"),
            ("  ", "it contains no frames"),
            ("1,", "a frame is missing between two commas or after the last one"),
            ("1,,2", "a frame is missing between two commas or after the last one"),
            ("10-1", "\"10-1\" goes backwards; write 1-10"),
            ("3..1", "\"3..1\" goes backwards; write 1-3"),
            ("-3", "\"-3\" is below 0, which Blender's command line cannot render"),
            ("1-", "\"1-\" is neither a frame number nor a range of two"),
            ("1-2-3", "\"1-2-3\" is neither a frame number nor a range of two"),
            ("1...3", "\"1...3\" is neither a frame number nor a range of two"),
            ("one", "\"one\" is neither a frame number nor a range of two"),
            ("1.5", "\"1.5\" is neither a frame number nor a range of two"),
            ("+1", "\"+1\" is neither a frame number nor a range of two"),
            ("١", "\"١\" is neither a frame number nor a range of two"),
            ("1-1048575", "frame 1048575 is above 1048574, the highest that Blender supports"),
            ("99999999999999999999", "frame 99999999999999999999 is above 1048574, the highest that Blender supports"),
            ("0-1048574,0-1048574,0-1048574", "it contains too many frames"),
        ])
    func refusing(text: String, problem: String) {
        let error = #expect(throws: FrameRangeError.self) { try FrameRange(parsing: text) }
        #expect(error?.description == problem)
    }

    @Test("what is written can be read again, in both notations, whole and in chunks", arguments: 1...50)
    func roundTrip(seed: Int) throws {
        var numbers = SystemRandomNumberGenerator()
        let frames = (0..<Int.random(in: 1...60, using: &numbers)).flatMap { _ in
            let start = Int.random(in: 0...300, using: &numbers)
            return Array(start...(start + Int.random(in: 0...5, using: &numbers)))
        }
        let range = FrameRange(frames)
        #expect(try FrameRange(parsing: range.description) == range, "\(frames)")
        #expect(try FrameRange(parsing: range.blenderNotation) == range, "\(frames)")
        let size = Int.random(in: 1...20, using: &numbers)
        let chunks = range.chunks(of: size)
        #expect(chunks.flatMap(\.frames) == range.frames)
        #expect(chunks.dropLast().allSatisfy { $0.frames.count == size })
        #expect(chunks.allSatisfy { (1...size).contains($0.frames.count) })
    }
}
