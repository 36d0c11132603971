import Dispatch
import FoundationEssentials
import System

/// A program with text input and output, within limits. It has no access to the manager's environment, files and
/// descriptors.
struct BoundedProgram {
    /// The result.
    struct End {
        var output = Data()
        var errors = Data()
        var outcome = Outcome.exited(0)
    }

    /// How it ended.
    enum Outcome: Hashable, Sendable {
        /// It exited with this status.
        case exited(Int32)
        /// It was killed by this signal.
        case signalled(Int32)
        /// It was killed at its time limit.
        case outOfTime
        /// It was killed because it printed too much.
        case tooTalkative
        /// It could not be started; an errno.
        case notStarted(Int32)
    }

    let path: String
    let arguments: [String]
    let environment: [String]
    var input = Data()
    let timeLimit: Duration
    /// The maximum size of its output in bytes.
    var mostOutput = 256 << 20

    private static let mostErrors = 64 << 10

    /// Runs the program on this thread.
    ///
    /// - Parameter started: receives its process, which leads a process group, and may kill it until this method
    ///   returns.
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
        // A separate process group: Ctrl-C is for the manager, which ends the program.
        program.leadsGroup = true
        let process = try program.start(
            input: input.theirs.number, output: output.writer.number, errors: errors.writer.number)
        input.theirs.close()
        output.writer.close()
        errors.writer.close()
        started(process)
        let interruption = exchange(input: &input.ours, output: output.reader, errors: errors.reader, &end)
        // The whole group, whatever happened to the program: it leaves nothing behind.
        ChildProcess.send(SIGKILL, to: -process)
        ending(process)
        let ownEnd = try ChildProcess.wait(for: process)
        if let interruption { return interruption }
        switch ownEnd {
        case .exited(let status): return .exited(status)
        case .signalled(let signal, _): return .signalled(signal)
        }
    }

    /// Writes and reads until both outputs have ended; returns why it stopped before.
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

    /// Sends as much as there is room for; returns whether the other end still reads.
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

    /// Reads what is available; returns whether more may follow.
    private static func read(_ pipe: borrowing Descriptor, into data: inout Data) -> Bool {
        let pipe = BorrowedDescriptor(pipe.number)
        return withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 1) { buffer in
            guard let count = try? pipe.read(into: buffer), count > 0 else { return false }
            data.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return true
        }
    }
}
