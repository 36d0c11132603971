import Foundation
import Synchronization

/// What an open program says about an order, in a private line.
struct OrderReport: Decodable, Hashable, Sendable {
    enum State: String, Decodable, Sendable {
        /// Its work begins.
        case begun
        /// It is done.
        case done
        /// It has to be done in another way.
        case declined
    }

    let state: State
    /// Why it was declined.
    var reason: String?
    /// What the work took, in seconds of processor time.
    var userTime: Double?
    var systemTime: Double?
    /// The resident memory, at its peak and now, in bytes.
    var peakMemory: UInt64?
    var memory: UInt64?
    /// Whether threads of scripts go on.
    var hasLeftThreads: Bool?
}

/// What an open program prints: all of it belongs to the command whose order it works on.
///
/// Each order has a mark of its own, which nobody else knows: private lines that begin with it are about the order. What comes
/// between the end of one order and the beginning of the next is nobody's.
final class OrderOutput: Sendable {
    private struct State {
        var turn: Turn?
        var beginning: [UInt8]?
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let onBegin: @Sendable () -> Void

    /// - Parameter onBegin: called when the work on the first order begins, on the thread that reads.
    init(onBegin: @escaping @Sendable () -> Void) { self.onBegin = onBegin }

    /// Takes what the program prints.
    var sink: CommandSink { .log { self.take($0) } }

    /// Whether it prints nothing more.
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    /// What it printed before the work on the first order began; nil for more than can be kept.
    var beginning: [UInt8]? { state.withLock { $0.beginning.flatMap { $0.count > Turn.longestBeginning ? nil : $0 } } }

    /// From now on, what is printed goes to this command.
    ///
    /// - Returns: what is said about its order; ends with the program.
    func begin(
        mark: String, sink: CommandSink, privateLines: PrivateLines?, onLine: (@Sendable (OutputLine) -> Void)?
    ) -> AsyncStream<OrderReport> {
        let (reports, news) = AsyncStream<OrderReport>.makeStream()
        state.withLock { state in
            if let onLine, let beginning = state.beginning {
                // Rules and checks are about the start of a program too, whichever command it was started for.
                var scanner = LineScanner()
                beginning.withUnsafeBytes { scanner.scan($0, onLine) }
                scanner.finish(onLine)
            }
            if state.hasEnded { return news.finish() }
            state.turn = Turn(
                mark, isFirst: state.beginning == nil, sink: sink, privateLines: privateLines, onLine: onLine,
                news: news)
        }
        return reports
    }

    /// Nothing more is printed.
    ///
    /// - Returns: what was printed last for a command.
    func end() -> OutputTail {
        state.withLock { state in
            state.hasEnded = true
            guard var turn = state.turn.take() else { return OutputTail() }
            turn.finish()
            turn.news.finish()
            return turn.output.tail
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            guard var turn = state.turn.take() else { return }
            let reports = turn.take(bytes)
            if state.beginning == nil, turn.hasBegun {
                state.beginning = turn.beginning
                onBegin()
            }
            if turn.hasEnded { turn.finish() } else { state.turn = turn }
            reports.forEach { turn.news.yield($0) }
        }
    }
}

/// The output of the work on one order.
private struct Turn {
    /// More than that is no beginning that could be looked at again for each command.
    static let longestBeginning = 256 << 10

    /// What private lines said, in the order in which they came.
    private final class Reports: Sendable {
        let all = Mutex<[OrderReport]>([])
    }

    let news: AsyncStream<OrderReport>.Continuation
    private(set) var output: ProgramOutput
    /// Absent while it is in use.
    private var filter: PrivateLineFilter?
    private let reports = Reports()
    /// Whether what comes before the work on it is from the start of the program, else it comes late.
    private let isFirst: Bool
    private(set) var beginning: [UInt8] = []

    init(
        _ mark: String, isFirst: Bool, sink: CommandSink, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?, news: AsyncStream<OrderReport>.Continuation
    ) {
        self.isFirst = isFirst
        self.news = news
        output = ProgramOutput(sink: sink, privateLines: privateLines, onLine: onLine)
        filter = PrivateLineFilter(
            PrivateLines(mark: mark) { [reports] text in
                let report = try? JSONDecoder().decode(OrderReport.self, from: Data(text.utf8))
                // What makes no sense is no way to go on.
                let understood = report ?? OrderReport(state: .declined, reason: "it said \"\(text.prefix(200))\"")
                reports.all.withLock { $0.append(understood) }
            })
    }

    var hasBegun: Bool { !reports.all.withLock(\.isEmpty) }
    var hasEnded: Bool { reports.all.withLock { $0.contains { $0.state != .begun } } }
    private var isItsOwn: Bool { (isFirst || hasBegun) && !hasEnded }

    /// Passes on what is printed until the end of the order.
    ///
    /// - Returns: what was said meanwhile.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [OrderReport] {
        guard var filter = filter.take() else { return [] }
        let count = reports.all.withLock(\.count)
        filter.take(bytes) { piece in
            guard isItsOwn else { return }
            if !hasBegun, beginning.count <= Self.longestBeginning { beginning += piece }
            output.take(piece)
        }
        self.filter = filter
        return Array(reports.all.withLock(\.self).dropFirst(count))
    }

    /// The log is to go on at the beginning of a line.
    mutating func finish() {
        if isItsOwn, let rest = filter?.finish() { rest.withUnsafeBytes { output.take($0) } }
        output.finish()
        output.endLine()
    }
}
