import Foundation

/// What one run of a task printed, or was about to print when it was killed, line by line.
struct PrintedRun {
    /// The name that begins each of its lines.
    let name: String
    /// The lines, each with its line feed; the last one may lack it.
    let lines: [Data]
    /// Where each line begins, and where the last one ends.
    let offsets: [Int]
    /// How many lines were found in the spool of an agent after it had ended: what it had kept it must deliver.
    let keptLines: Int

    /// Whether it came to its end.
    var isWhole: Bool { lines.last == Data("#\(name) end\n".utf8) }

    /// Takes a run apart.
    init(name: String, printed: Data, keptLines: Int) {
        self.name = name
        self.keptLines = keptLines
        lines = printed.lines
        offsets = lines.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }
}

extension Data {
    /// The lines, each with its line feed; the last one may lack it.
    var lines: [Data] {
        var lines: [Data] = []
        var start = startIndex
        while start < endIndex {
            let end = self[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? endIndex
            lines.append(self[start..<end])
            start = end
        }
        return lines
    }
}
