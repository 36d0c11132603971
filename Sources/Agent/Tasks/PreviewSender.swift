package import FlamencoAPI
import ManagerClient
import Spool
import Synchronization

/// Shows the manager what tasks make, as far as it wants to see: the newest output, one at a time.
///
/// Nothing waits for it, and nothing fails with it: what cannot be read, turned into an image or sent is left out.
package final class PreviewSender: Sendable {
    /// Makes an image of the file at a path; the programs for it get these variables.
    package typealias Make = @Sendable (_ path: String, _ variables: [String: String]) async throws -> OutputImage
    /// Sends the image of an output of a task.
    package typealias Send = @Sendable (_ taskID: String, OutputImage) async throws -> Void

    private struct Output: Sendable {
        let path: String
        let taskID: String
        /// What programs of the task find in their environment about it.
        let variables: [String: String]
        /// Told why no image of it could be made.
        let complain: @Sendable (String) -> Void
    }

    private struct State {
        var queue = PreviewQueue<Output>()
        var work: Task<Void, Never>?
        /// Whether the log of the agent says already that there are none.
        var hasComplained = false
        /// The task that was told last of a preview that could not be made.
        var toldTask: String?
    }

    /// The rest between two images, so that a task that makes many does not fill the network with them.
    static let pause = Duration.seconds(1)
    /// How long what is going on may take to end when the agent does.
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
    ///   - complains: whether tasks are told of previews that could not be made.
    ///   - isWanted: whether the manager wants to see anything.
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

    /// A task made a file; returns at once, from any thread.
    ///
    /// - Parameters:
    ///   - variables: what programs of the task find in their environment about it.
    ///   - complain: told in one sentence when no image of it could be made; once a task.
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

    /// Drops what is not sent yet, and all that will come; returns at once.
    package func close() { _ = closeQueue() }

    /// As ``close()``, and waits for what was going on to end: for a bounded time, as a disk may not answer.
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

    // MARK: One after another

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

    /// Says it once, until it works again: what goes wrong with one frame goes wrong with the next thousand.
    private func note(_ error: any Error, _ output: Output) {
        let line = "no preview of \(output.path) is sent: \(error)"
        let isNew = state.withLock { state in
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        if isNew { log.info(line) } else { log.debug(line) }
    }

    /// Tells the task, once.
    private func tell(_ error: any Error, _ output: Output) {
        let isNew = state.withLock { state in
            defer { state.toldTask = output.taskID }
            return state.toldTask != output.taskID
        }
        if isNew { output.complain("no preview of \(output.path): \(error)") }
    }
}

/// Which outputs of tasks are shown to the manager: one is dealt with at a time, and of those that come meanwhile the
/// newest waits, since nobody wants to see an old frame.
struct PreviewQueue<Output> {
    private var isBusy = false
    private var isClosed = false
    private var waiting: Output?

    /// A new output; returns it when it is to be dealt with now.
    mutating func offer(_ output: Output) -> Output? {
        if isClosed { return nil }
        guard isBusy else {
            isBusy = true
            return output
        }
        waiting = output
        return nil
    }

    /// The one that was dealt with is done, well or badly; returns the next.
    mutating func finished() -> Output? {
        defer { waiting = nil }
        isBusy = waiting != nil
        return waiting
    }

    /// Drops what waits, and all that will come; returns whether one is dealt with still.
    mutating func close() -> Bool {
        isClosed = true
        waiting = nil
        return isBusy
    }
}
