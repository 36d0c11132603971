import HumanText
import Synchronization
import System

/// Writes the standard output of an executor that is a separate program: the events of its command, as log text and as
/// the messages listed in ``OutputMessage``.
///
/// A message is on a separate line. If a line of the log is incomplete, a message waits for its end, but for at most a
/// second: then the line is broken.
final class MessageOutput: Sendable {
    fileprivate struct State {
        var text = UnmistakableText()
        /// Messages that wait for the end of a line, and since when that line has been incomplete.
        var waiting: [UInt8] = []
        var incompleteSince: Duration?
        var steps = 0
    }

    fileprivate static let longestWait = Duration.seconds(1)

    private let state = Mutex(State())
    private let folder: String
    private let time: @Sendable () -> Duration
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - folder: the base of relative paths of outputs.
    ///   - clock: measures how long a line is incomplete.
    ///   - write: writes the next piece.
    init(
        folder: String, clock: any Clock<Duration> = ContinuousClock(), write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.folder = folder
        time = clock.stopwatch()
        self.write = write
    }

    /// Receives the events of the command.
    var sink: CommandSink {
        CommandSink { [self] event in
            switch event {
            case .log(let bytes): log(bytes)
            case .activity(let text): if !text.isEmpty { send("openjd_status", text) }
            case .progress(let fraction): send("openjd_progress", "\((fraction * 10_000).rounded() / 100)")
            case .stepCompleted: countStep()
            case .output(let path): send("flamenco_output", path.hasPrefix("/") ? path : "\(folder)/\(path)")
            case .began: break
            }
        }
    }

    /// Records the end of the command, with the reason if it failed.
    func finish(failure: String?) {
        state.withLock { state in
            var bytes = state.text.finish() + state.waiting
            if let failure { bytes += Self.message("openjd_fail", failure) }
            (state.waiting, state.incompleteSince) = ([], nil)
            write(bytes)
        }
    }

    private func log(_ piece: UnsafeRawBufferPointer) {
        let now = time()
        state.withLock { state in
            var bytes: [UInt8] = []
            state.text.append(piece, to: &bytes)
            let end = bytes.lastIndex(where: UnmistakableText.endsLine)
            if let end {
                bytes.insert(contentsOf: state.waiting, at: end + 1)
                state.waiting = []
            }
            if state.text.isAtLineStart {
                state.incompleteSince = nil
            } else if end != nil || state.incompleteSince == nil {
                state.incompleteSince = now
            }
            write(bytes + state.takeDueMessages(at: now))
        }
    }

    private func countStep() {
        let steps = state.withLock { state in
            state.steps += 1
            return state.steps
        }
        send("flamenco_step", "\(steps)")
    }

    private func send(_ name: String, _ value: String) {
        let now = time()
        state.withLock { state in
            state.waiting += Self.message(name, value)
            write(state.takeDueMessages(at: now))
        }
    }

    private static func message(_ name: String, _ value: String) -> [UInt8] {
        Array("\(name): \(VisibleText.line(value))\n".utf8)
    }
}

extension MessageOutput.State {
    /// Returns the waiting messages, if the log is at the beginning of a line, or the current line has been incomplete
    /// for so long that it is to be broken.
    fileprivate mutating func takeDueMessages(at now: Duration) -> [UInt8] {
        if waiting.isEmpty { return [] }
        if let since = incompleteSince, now - since <= MessageOutput.longestWait { return [] }
        defer { (waiting, incompleteSince) = ([], nil) }
        return text.finish() + waiting
    }
}

/// Log text in which no line is mistaken for a message: such a line is prefixed with a space.
struct UnmistakableText {
    /// The prefixes of messages.
    private static let beginnings = [Array("openjd_".utf8), Array("flamenco_".utf8)]

    /// The beginning of a line, for as long as it may be a message.
    private var undecided: [UInt8] = []
    private var isWithinLine = false

    static func endsLine(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// Whether the next byte starts a line.
    var isAtLineStart: Bool { undecided.isEmpty && !isWithinLine }

    /// Adds the next piece of the text, and appends what can be written already.
    mutating func append(_ piece: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + piece.count + 16)
        var rest = piece[...]
        while let first = rest.first {
            if isWithinLine {
                guard let end = rest.firstIndex(where: Self.endsLine) else { return output.append(contentsOf: rest) }
                output.append(contentsOf: rest[...end])
                rest = rest[(end + 1)...]
                isWithinLine = false
                continue
            }
            undecided.append(first)
            rest = rest.dropFirst()
            if Self.beginnings.contains(undecided) {
                output.append(UInt8(ascii: " "))
            } else if Self.beginnings.contains(where: { $0.starts(with: undecided) }) {
                continue
            }
            output += undecided
            undecided = []
            isWithinLine = !Self.endsLine(first)
        }
    }

    /// Ends the text and its last line.
    mutating func finish() -> [UInt8] {
        defer { self = UnmistakableText() }
        return isAtLineStart ? [] : undecided + [UInt8(ascii: "\n")]
    }
}
