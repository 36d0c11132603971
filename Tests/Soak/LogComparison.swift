import Foundation

/// Compares the log of a task with what its runs printed, byte by byte.
///
/// - The bytes of each run follow each other without a gap, and none is missing that an agent had kept when it ended.
/// - A batch may come twice, since the answer to it can be lost: the log then goes back in a run, by no more than the
///   largest batch has. It may be cut anywhere, also in the middle of a line.
/// - Between the lines of the runs there may be lines of the agent and the manager.
/// - Of a run that was killed, the last line may be cut short.
struct LogComparison {
    /// How often the log went back.
    private(set) var repetitions = 0
    /// What is wrong, in a sentence each.
    private(set) var problems: [String] = []

    private let runs: [PrintedRun]
    /// How many lines of each run have come.
    private var reached: [Int]
    /// The line that came last.
    private var last: Place?
    private var places: [Data: Place] = [:]

    private struct Place: Equatable {
        let run: Int
        let line: Int
    }

    /// The largest batch (1 MiB), and what a line may be longer than that.
    private static let largestBatch = (1 << 20) + 1000

    /// Compares.
    init(log: Data, runs: [PrintedRun]) {
        self.runs = runs
        reached = runs.map { _ in 0 }
        for (run, printed) in runs.enumerated() {
            for (line, text) in printed.lines.enumerated() { places[text] = Place(run: run, line: line) }
        }
        for (number, line) in log.lines.enumerated() where problems.isEmpty { take(line, number: number + 1) }
        for (run, count) in zip(runs, reached) where problems.isEmpty && count < run.keptLines {
            problems.append("of \(run.name) \(count) lines arrived, but \(run.keptLines) had been kept by an agent")
        }
    }

    /// Whether all bytes of a run that came to its end are there.
    var hasWholeRun: Bool { zip(runs, reached).contains { $0.isWhole && $0.lines.count == $1 } }

    private mutating func take(_ line: Data, number: Int) {
        if let place = places[line] {
            go(to: place, number: number)
        } else if isOfAgent(line) || isCutShort(line) {
            return
        } else if let place = seam(in: line) {
            go(to: place, number: number)
        } else {
            let text = String(decoding: line.prefix(300), as: UTF8.self)
            problems.append("line \(number) of the log was printed by nobody: \"\(text)\"")
        }
    }

    private mutating func go(to place: Place, number: Int) {
        let run = runs[place.run]
        let count = reached[place.run]
        let isNext = last.map { $0.run == place.run && $0.line + 1 == place.line } ?? false
        if place.line > count {
            problems.append(
                "line \(number) of the log is line \(place.line) of \(run.name), expected was line \(count)")
        } else if place.line < count && !isNext {
            repetitions += 1
            let distance = run.offsets[count] - run.offsets[place.line]
            if distance > Self.largestBatch {
                problems.append("at line \(number) the log goes back by \(distance) bytes in \(run.name)")
            }
        }
        reached[place.run] = max(count, place.line + 1)
        last = place
    }

    private func isOfAgent(_ line: Data) -> Bool {
        let beginnings = ["> ", "< ", "interrupted:", "command ", "--- attempt "]
        return line == Data("\n".utf8) || beginnings.contains { line.starts(with: $0.utf8) }
    }

    /// Whether this is the beginning of a line that is expected next; a character that was cut is replaced.
    private func isCutShort(_ line: Data) -> Bool {
        var text = line
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        let replacement = Data("\u{FFFD}".utf8)
        if text.suffix(replacement.count) == replacement { text.removeLast(replacement.count) }
        return zip(runs, reached).contains { run, count in
            count < run.lines.count && run.lines[count].starts(with: text)
        }
    }

    /// Where a line goes on that begins as the expected one and ends as an earlier one: between two batches.
    private func seam(in line: Data) -> Place? {
        guard let last, case let run = runs[last.run], last.line + 1 < run.lines.count else { return nil }
        let begun = zip(line, run.lines[last.line + 1]).prefix { $0 == $1 }.count
        for number in (0...last.line + 1).reversed() {
            let longest = zip(line.reversed(), run.lines[number].reversed()).prefix { $0 == $1 }.count
            if longest > 0 && begun + longest >= line.count { return Place(run: last.run, line: number) }
        }
        return nil
    }
}
