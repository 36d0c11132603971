import Dispatch
import FoundationEssentials
import System

/// A program that takes a text and gives one, within limits. It sees none of the manager's environment, files and
/// descriptors.
struct BoundedProgram {
    /// What came of it.
    struct End {
        var output = Data()
        var errors = Data()
        var outcome = Outcome.exited(0)
    }

    /// How it ended.
    enum Outcome: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// It was killed when its time was over.
        case outOfTime
        /// It was killed since it printed more than it may.
        case tooTalkative
        /// It could not be started; an errno.
        case notStarted(Int32)
    }

    let path: String
    let arguments: [String]
    let environment: [String]
    var input = Data()
    let timeLimit: Duration
    /// How many bytes it may print.
    var mostOutput = 256 << 20

    private static let mostErrors = 64 << 10

    /// Runs it on this thread.
    ///
    /// - Parameter started: is given its process, whose group it leads, and may kill it for as long as this has not
    ///   returned.
    func run(started: (Int32) -> Void, ending: (Int32) -> Void) -> End {
        var end = End()
        do throws(SystemError) {
            let outcome = try run(with: SocketPair(), SystemPipe(), SystemPipe(), started, ending, &end)
            end.outcome = outcome
        } catch {
            end.outcome = .notStarted(error.number)
        }
        return end
    }

    private func run(
        with input: consuming SocketPair, _ output: consuming SystemPipe, _ errors: consuming SystemPipe,
        _ started: (Int32) -> Void, _ ending: (Int32) -> Void, _ end: inout End
    ) throws(SystemError) -> Outcome {
        var program = SpawnedProgram(path, arguments, environment: environment)
        program.folder = "/"
        // A group of its own: Ctrl-C is for the manager, which ends it.
        program.leadsGroup = true
        let process = try program.start(
            input: input.theirs.number, output: output.writer.number, errors: errors.writer.number)
        input.theirs.close()
        output.writer.close()
        errors.writer.close()
        started(process)
        let interruption = exchange(input: &input.ours, output: output.reader, errors: errors.reader, &end)
        // The whole group, whatever became of the program: it leaves nothing behind.
        ChildProcess.send(SIGKILL, to: -process)
        ending(process)
        let ownEnd = try ChildProcess.wait(for: process)
        if let interruption { return interruption }
        switch ownEnd {
        case .exited(let status): return .exited(status)
        case .signalled(let signal, _): return .signalled(signal)
        }
    }

    /// Writes and reads until both outputs are at their end; returns why it stopped before.
    private func exchange(
        input: inout Descriptor, output: borrowing Descriptor, errors: borrowing Descriptor, _ end: inout End
    ) -> Outcome? {
        let deadline = ContinuousClock.now + timeLimit
        var rest = self.input[...]
        var waiting = PollList()
        let (inputIndex, outputIndex, errorsIndex) = (0, 1, 2)
        waiting.add(input, .output)
        waiting.add(output, .input)
        waiting.add(errors, .input)
        while waiting.waits(for: outputIndex) || waiting.waits(for: errorsIndex) {
            let left = deadline - .now
            guard left > .zero else { return .outOfTime }
            guard waiting.wait(atMost: min(left, .seconds(3600))) else { continue }
            if waiting.isReady(inputIndex), !Self.send(&rest, to: input) || rest.isEmpty {
                input.close()
                waiting.drop(inputIndex)
            }
            if waiting.isReady(outputIndex), !Self.read(output, into: &end.output) { waiting.drop(outputIndex) }
            if waiting.isReady(errorsIndex), !Self.read(errors, into: &end.errors) { waiting.drop(errorsIndex) }
            if end.errors.count > Self.mostErrors { end.errors = Data(end.errors.prefix(Self.mostErrors)) }
            if end.output.count > mostOutput { return .tooTalkative }
        }
        return nil
    }

    /// Sends what there is room for; returns whether anybody reads.
    private static func send(_ rest: inout Data.SubSequence, to socket: borrowing Descriptor) -> Bool {
        let socket = BorrowedDescriptor(socket.number)
        do {
            let count = try rest.withUnsafeBytes { try socket.send($0, waits: false) }
            rest = rest.dropFirst(count)
            return true
        } catch {
            return (error as? SystemError)?.wouldBlock ?? false
        }
    }

    /// Reads what is there; returns whether more may come.
    private static func read(_ pipe: borrowing Descriptor, into data: inout Data) -> Bool {
        let pipe = BorrowedDescriptor(pipe.number)
        return withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 1) { buffer in
            guard let count = try? pipe.read(into: buffer), count > 0 else { return false }
            data.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return true
        }
    }
}
