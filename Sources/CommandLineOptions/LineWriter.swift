import Dispatch
import Synchronization
package import System

/// Writes lines to a descriptor on a thread of its own, so that a slow reader blocks nothing.
///
/// The queue is bounded: a line for which there is no room is dropped and counted, and the count is written in its place as
/// soon as something can be written again. A writer lives as long as the process.
public final class LineWriter: Sendable {
    /// Standard error, for commands that run for long and for a program's last message.
    public static let standardError = LineWriter(.standardError)

    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
        var dropLine: @Sendable (Int) -> String = { LineWriter.text(dropped: $0) + "\n" }
        var flushes: [Int: CheckedContinuation<Bool, Never>] = [:]
        var flushCount = 0
    }

    private let descriptor: BorrowedDescriptor
    private let mostBytes: Int
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// A writer to this descriptor, which stays open.
    ///
    /// - Parameter mostBytes: the size of the queue.
    package init(_ descriptor: BorrowedDescriptor, mostBytes: Int = 1 << 20) {
        self.descriptor = descriptor
        self.mostBytes = mostBytes
        // Without a thread nothing is written, and lines are dropped once the queue is full.
        try? SystemThread.start("log writer") { [self] in
            while true {
                wake.wait()
                while let bytes = next() { write(bytes) }
            }
        }
    }

    /// Sets how dropped lines are reported: in the format of the other lines, with the line feed.
    public func reportDrops(_ line: @escaping @Sendable (_ count: Int) -> String) {
        state.withLock { $0.dropLine = line }
    }

    /// The report of dropped lines.
    public static func text(dropped count: Int) -> String {
        (count == 1 ? "1 line was dropped" : "\(count) lines were dropped") + ": nobody read them in time"
    }

    /// Takes a line, with its line feed; never waits.
    public func write(_ line: String) {
        state.withLock { state in
            // After a dropped line, nothing is taken until the count is written.
            if state.dropped > 0 || state.waiting.count + line.utf8.count > mostBytes {
                state.dropped += 1
            } else {
                state.waiting += line.utf8
            }
        }
        wake.signal()
    }

    /// Waits until all lines are written, or the time is over.
    ///
    /// - Returns: whether all are written.
    @discardableResult
    public func flush(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let id = state.withLock { state in
                state.flushCount += 1
                state.flushes[state.flushCount] = continuation
                return state.flushCount
            }
            // The thread ends it when there is nothing left to write.
            wake.signal()
            Task {
                try? await Task.sleep(for: limit)
                state.withLock { $0.flushes.removeValue(forKey: id) }?.resume(returning: false)
            }
        }
    }

    // MARK: The thread

    /// The bytes to write now; nil when there are none, which ends all calls of ``flush(within:)``.
    private func next() -> [UInt8]? {
        let (bytes, flushes) = state.withLock { state -> ([UInt8]?, [CheckedContinuation<Bool, Never>]) in
            if state.waiting.isEmpty, state.dropped == 0 {
                defer { state.flushes = [:] }
                return (nil, Array(state.flushes.values))
            }
            let report = state.dropped > 0 ? Array(state.dropLine(state.dropped).utf8) : []
            defer { (state.waiting, state.dropped) = ([], 0) }
            return (state.waiting + report, [])
        }
        for flush in flushes { flush.resume(returning: true) }
        return bytes
    }

    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            do {
                rest = rest.dropFirst(try rest.withUnsafeBytes { try descriptor.write($0) })
            } catch let error as SystemError where error.wouldBlock {
                var waiting = PollList()
                waiting.add(descriptor, .output)
                _ = waiting.wait()
            } catch {
                // A reader that closes its end must not end the program.
                return
            }
        }
    }
}
