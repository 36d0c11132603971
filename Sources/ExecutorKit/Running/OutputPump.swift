import System

/// Reads the output of a program from its pipe, writes it to the log of the task, and passes its lines to a callback.
///
/// It blocks, so it must run on its own thread. It uses one buffer for the whole output.
struct OutputPump: ~Copyable {
    /// The maximum number of bytes read at once.
    static let bufferSize = 256 << 10

    private let descriptor: BorrowedDescriptor
    private let sink: CommandSink
    private let onLine: (@Sendable (OutputLine) -> Void)?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
    private var privateLines: PrivateLineFilter?
    private var scanner = LineScanner()
    /// The end of the output so far.
    private(set) var tail = OutputTail()
    /// Whether the log is at the beginning of a line.
    private(set) var isAtLineStart = true

    init(
        descriptor: BorrowedDescriptor, sink: CommandSink, privateLines: PrivateLines? = nil,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) {
        self.privateLines = privateLines.map(PrivateLineFilter.init)
        self.descriptor = descriptor
        self.sink = sink
        self.onLine = onLine
    }

    deinit { buffer.deallocate() }

    /// Reads once, blocking until there is output; returns false at the end of the pipe.
    mutating func pump() -> Bool {
        let count = (try? descriptor.read(into: buffer)) ?? 0
        guard count > 0 else {
            if let rest = privateLines?.finish(), !rest.isEmpty { take(rest) }
            if let onLine { scanner.finish(onLine) }
            return false
        }
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if let rest = privateLines?.remainder(of: piece) { take(rest) } else { take(piece) }
        return true
    }

    private mutating func take(_ bytes: [UInt8]) { bytes.withUnsafeBytes { take($0) } }

    private mutating func take(_ piece: UnsafeRawBufferPointer) {
        guard let last = piece.last else { return }
        sink.send(.log(piece))
        tail.append(piece)
        if let onLine { scanner.scan(piece, onLine) }
        isAtLineStart = last == UInt8(ascii: "\n")
    }
}
