import Testing

@testable import Executors

@Suite("The number of frames that a Blender command line asks for")
struct BlenderFramesTests {
    @Test(
        "is counted where it can be",
        arguments: [
            ("-f 12", 1), ("--render-frame 1..3", 3), ("-f 1,4..7,12", 6), ("-f 5 -f 7", 2), ("-f -3", 1), ("-f +2", 1),
            ("-s 1 -e 10 -a", 10), ("--frame-start 1 --frame-end 10 --frame-jump 3 --render-anim", 4),
            ("-b x.blend -o //out -s 5 -e 5 -j 0 -a", 1), ("-s 0 -e 1 -a -f 9", 3), ("-e 3 -s 2 -a", 2),
        ])
    func known(line: String, count: Int) {
        #expect(BlenderFrames.count(in: line.split(separator: " ").map(String.init)) == count)
    }

    @Test(
        "is unknown where it depends on the file, or makes no sense",
        arguments: [
            "", "-a", "-s 1 -a", "-e 9 -a", "-a -s 1 -e 9", "-s +1 -e 9 -a", "-s 1 -e -1 -a", "-s 9 -e 1 -a", "-f 3..1",
            "-f", "-f x", "-f 1..", "-f 1,,2", "-f 1...3", "-f ..", "-- -f 3", "-s", "-f -9223372036854775808..1",
            "-s 1 -e 9223372036854775807 -a",
        ])
    func unknown(line: String) {
        #expect(BlenderFrames.count(in: line.split(separator: " ").map(String.init)) == nil)
    }
}
