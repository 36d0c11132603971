/// How many frames a Blender command line asks for.
///
/// Blender goes through its arguments from left to right: `-s 1 -e 10 -a` renders ten frames, `-a -s 1` those of the file.
enum BlenderFrames {
    /// The number of frames; nothing where the command line leaves it to the file.
    static func count(in arguments: [String]) -> Int? {
        var start: Int?
        var end: Int?
        var step = 1
        var total = 0
        var rest = arguments.prefix { $0 != "--" }[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-s", "--frame-start": start = rest.popFirst().flatMap(absolute)
            case "-e", "--frame-end": end = rest.popFirst().flatMap(absolute)
            case "-j", "--frame-jump": step = max(1, rest.popFirst().flatMap(absolute) ?? 1)
            case "-f", "--render-frame":
                guard let count = rest.popFirst().flatMap(listed) else { return nil }
                total += count
            case "-a", "--render-anim":
                guard let start, let end, let last = count(from: start, to: end) else { return nil }
                total += (last - 1) / step + 1
            default: break
            }
        }
        return total > 0 ? total : nil
    }

    /// `12`, `1..3`, `1,4..7,12`: how many frames these are. `+3` and `-3` count from the ends of the file's range: one frame.
    private static func listed(_ list: String) -> Int? {
        var total = 0
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = item.split(separator: "..", omittingEmptySubsequences: false)
            switch bounds.count {
            case 1 where Int(item) != nil: total += 1
            case 2:
                guard let first = absolute(bounds[0]), let last = absolute(bounds[1]),
                    let count = count(from: first, to: last)
                else { return nil }
                total += count
            default: return nil
            }
        }
        return total
    }

    /// A frame number that does not depend on the file.
    private static func absolute(_ text: some StringProtocol) -> Int? {
        guard let first = text.first, first.isNumber, let frame = Int(text) else { return nil }
        return frame
    }

    private static func count(from first: Int, to last: Int) -> Int? {
        guard first <= last else { return nil }
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        return overflow || distance > 10_000_000 ? nil : distance + 1
    }
}
