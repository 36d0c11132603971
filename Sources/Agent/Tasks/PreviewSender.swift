package import FlamencoAPI
import ManagerClient
import Spool
import Synchronization

/// Sends previews of task outputs to the manager, if it wants them: the newest output, one at a time.
///
/// Nothing waits for it, and failures have no effect on tasks: what cannot be read, converted or sent is skipped.
package final class PreviewSender: Sendable {
    /// Creates an image of the file at a path; the programs that do so get these variables.
    package typealias Make = @Sendable (_ path: String, _ variables: [String: String]) async throws -> OutputImage
    /// Sends the image of an output of a task.
    package typealias Send = @Sendable (_ taskID: String, OutputImage) async throws -> Void

    private struct Output: Sendable {
        let path: String
        let taskID: String
        /// Environment variables of programs that describe the task.
        let variables: [String: String]
        /// Called with the reason if no image could be made.
        let complain: @Sendable (String) -> Void
    }

    private struct State {
        var queue = PreviewQueue<Output>()
        var work: Task<Void, Never>?
        /// Whether a failure has already been logged.
        var hasComplained = false
        /// The task that a failure was last reported to.
        var toldTask: String?
    }

    /// The pause between two images, so that a task with many outputs does not saturate the network.
    static let pause = Duration.seconds(1)
    /// How long an image in progress may take to finish when the agent stops.
    static let endTime = Duration.seconds(2)

    private let state = Mutex(State())
    private let ended = WakeSignal()
    private let isWanted: @Sendable () async -> Bool
    private let make: Make
    private let send: Send
    private let clock: any Clock<Duration>
    private let log: Log
    private let complains: Bool

    /// - Parameters:
    ///   - complains: whether failures are reported to tasks.
    ///   - isWanted: whether the manager wants any images.
    package init(
        clock: any Clock<Duration>, log: Log, complains: Bool = true,
        isWanted: @escaping @Sendable () async -> Bool, make: @escaping Make, send: @escaping Send
    ) {
        self.clock = clock
        self.log = log
        self.complains = complains
        self.isWanted = isWanted
        self.make = make
        self.send = send
    }

    /// Offers a new output of a task; returns immediately, from any thread.
    ///
    /// - Parameters:
    ///   - variables: environment variables of programs that describe the task.
    ///   - complain: called once for each task with one sentence, if no image could be made.
    package func offer(
        _ path: String, of taskID: String, variables: [String: String] = [:],
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        state.withLock { state in
            let output = Output(path: path, taskID: taskID, variables: variables, complain: complain)
            guard let output = state.queue.offer(output) else { return }
            state.work = Task(priority: .utility) { await self.work(on: output) }
        }
    }

    /// Drops what is not sent yet, and everything that follows; returns immediately.
    package func close() { _ = closeQueue() }

    /// Like ``close()``, then waits until the image in progress has finished, for a limited time because a disk may not
    /// respond.
    package func stop() async {
        guard closeQueue() else { return }
        await ended.wait(atMost: Self.endTime, on: clock)
    }

    private func closeQueue() -> Bool {
        state.withLock { state in
            let isBusy = state.queue.close()
            state.work?.cancel()
            return isBusy
        }
    }

    // MARK: Sending

    private func work(on first: Output) async {
        var next: Output? = first
        while let output = next {
            await deal(with: output)
            next = state.withLock { $0.queue.finished() }
        }
        if Task.isCancelled { ended.notify() }
    }

    private func deal(with output: Output) async {
        guard await isWanted() else { return }
        var isMade = false
        do {
            let image = try await make(output.path, output.variables)
            isMade = true
            try Task.checkCancellation()
            try await send(output.taskID, image)
            log.debug(
                "sent a preview of \(output.path) to the manager, \(image.data.count) bytes of \(image.format.rawValue)"
            )
            state.withLock { $0.hasComplained = false }
        } catch {
            if Task.isCancelled { return }
            note(error, output)
            if !isMade, complains { tell(error, output) }
        }
        try? await clock.sleep(for: Self.pause)
    }

    /// Logs a failure once, until an image succeeds again: what fails for one frame fails for the next thousand.
    private func note(_ error: any Error, _ output: Output) {
        let line = "no preview of \(output.path) is sent: \(error)"
        let isNew = state.withLock { state in
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        if isNew { log.info(line) } else { log.debug(line) }
    }

    /// Reports a failure to the task, once.
    private func tell(_ error: any Error, _ output: Output) {
        let isNew = state.withLock { state in
            defer { state.toldTask = output.taskID }
            return state.toldTask != output.taskID
        }
        if isNew { output.complain("no preview of \(output.path): \(error)") }
    }
}

/// Selects the outputs that are sent to the manager: one is processed at a time, and of those that arrive in the
/// meantime only the newest is kept, because nobody wants to see an old frame.
struct PreviewQueue<Output> {
    private var isBusy = false
    private var isClosed = false
    private var waiting: Output?

    /// Adds a new output; returns it if it is to be processed now.
    mutating func offer(_ output: Output) -> Output? {
        if isClosed { return nil }
        guard isBusy else {
            isBusy = true
            return output
        }
        waiting = output
        return nil
    }

    /// Records that the current output is processed, successfully or not; returns the next one.
    mutating func finished() -> Output? {
        defer { waiting = nil }
        isBusy = waiting != nil
        return waiting
    }

    /// Drops what waits, and everything that follows; returns whether an output is still being processed.
    mutating func close() -> Bool {
        isClosed = true
        waiting = nil
        return isBusy
    }
}
