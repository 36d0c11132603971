import System

/// Reads the output of a program from its pipe, and passes it on.
///
/// It blocks, so it must run on its own thread. It uses one buffer for the whole output.
struct OutputPump: ~Copyable {
    /// The maximum number of bytes read at once.
    static let bufferSize = 256 << 10

    private let descriptor: BorrowedDescriptor
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
    private(set) var output: ProgramOutput

    init(descriptor: BorrowedDescriptor, output: ProgramOutput) {
        self.descriptor = descriptor
        self.output = output
    }

    deinit { buffer.deallocate() }

    /// Reads once, blocking until there is output; returns false at the end of the pipe.
    mutating func pump() -> Bool {
        let count = (try? descriptor.read(into: buffer)) ?? 0
        guard count > 0 else {
            output.finish()
            return false
        }
        output.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return true
    }
}

/// The output of a program, on its way to the log of the task and, line by line, to a callback.
struct ProgramOutput {
    private let sink: CommandSink
    private let onLine: (@Sendable (OutputLine) -> Void)?
    private var privateLines: PrivateLineFilter?
    private var scanner = LineScanner()
    /// The end of what came so far.
    private(set) var tail = OutputTail()
    /// Whether the log stands at the beginning of a line.
    private(set) var isAtLineStart = true

    init(sink: CommandSink, privateLines: PrivateLines? = nil, onLine: (@Sendable (OutputLine) -> Void)?) {
        self.privateLines = privateLines.map(PrivateLineFilter.init)
        self.sink = sink
        self.onLine = onLine
    }

    /// Takes the next piece.
    mutating func take(_ piece: UnsafeRawBufferPointer) {
        guard var filter = privateLines.take() else { return pass(piece) }
        filter.take(piece) { pass($0) }
        privateLines = filter
    }

    /// No more comes.
    mutating func finish() {
        if let rest = privateLines?.finish(), !rest.isEmpty { rest.withUnsafeBytes { pass($0) } }
        if let onLine { scanner.finish(onLine) }
    }

    /// Ends the line at which the log stands, if it stands in one.
    func endLine() { if !isAtLineStart { sink.log(line: "") } }

    private mutating func pass(_ piece: UnsafeRawBufferPointer) {
        guard let last = piece.last else { return }
        sink.send(.log(piece))
        tail.append(piece)
        if let onLine { scanner.scan(piece, onLine) }
        isAtLineStart = last == UInt8(ascii: "\n")
    }
}
