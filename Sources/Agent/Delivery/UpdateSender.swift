import FlamencoAPI
import HumanText
package import ManagerClient
package import Spool

/// Delivers the content of the spools: oldest task first, one request at a time, each part repeated until the manager
/// gives a definite answer.
///
/// Delivery is at least once, and in order for each task. What was answered is removed; the rest is still there after a
/// restart.
package actor UpdateSender {
    /// Sends one update; throws for other answers.
    package typealias Send = @Sendable (_ taskID: String, OutgoingUpdate) async throws(ManagerError) -> UpdateReceipt

    /// Asks whether the worker may run a task; throws the error of the request.
    package typealias MayRun = @Sendable (_ taskID: String) async throws(ManagerError) -> Bool

    /// Events for the agent; for a single reader.
    package nonisolated let events: AsyncStream<DeliveryEvent>

    private let store: SpoolStore
    private let clock: any Clock<Duration>
    private let log: Log
    private let rule = BatchRule()
    private let mayRun: MayRun
    private let send: Send
    private let onRefusal: @Sendable () -> Void
    private let eventQueue: AsyncStream<DeliveryEvent>.Continuation
    private let nudge = WakeSignal()

    private var context: SpoolContext { store.context }
    private var backoff: Backoff
    private var limit: BatchLimit
    private let tally = DeliveryTally()
    private var waiters: [Int: Waiter] = [:]
    private var nextWaiter = 0

    private struct Waiter {
        var marks: [(TaskSpool, DeliveryMark)]
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Creates a sender for a store; it sends nothing until ``run()`` is called.
    ///
    /// - Parameter onRefusal: called for each task that has ended here and whose outcome the manager refuses.
    package init(
        store: SpoolStore, clock: any Clock<Duration> = ContinuousClock(), backoff: Backoff = Backoff(),
        log: Log = .silent, onRefusal: @escaping @Sendable () -> Void = {}, mayRun: @escaping MayRun = { _ in true },
        send: @escaping Send
    ) {
        self.store = store
        self.clock = clock
        self.log = log
        self.backoff = backoff
        self.mayRun = mayRun
        self.send = send
        self.onRefusal = onRefusal
        limit = BatchLimit(largest: rule.largest)
        (events, eventQueue) = AsyncStream.makeStream()
    }

    // MARK: Running

    /// Delivers until the surrounding task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            switch next() {
            case .send(let spool): await deliver(spool)
            case .close(let spool): await close(spool)
            case .wait(let duration): await context.wake.wait(atMost: duration, on: clock)
            }
        }
    }

    /// Returns when the sender and its disk thread have handled everything before this call.
    func probe() async { await context.delivery.run {} }

    private enum Next {
        case send(TaskSpool)
        case close(TaskSpool)
        case wait(Duration?)
    }

    private func next() -> Next {
        let now = context.elapsed()
        var earliest: Duration?
        for spool in store.undelivered {
            switch rule.decision(for: spool.waiting, at: now) {
            case .send: return .send(spool)
            case .close: return .close(spool)
            case .waitUntil(let time): earliest = min(earliest ?? time, time)
            case .nothing: break
            }
        }
        return .wait(earliest.map { $0 - now })
    }

    private func close(_ spool: TaskSpool) async {
        await context.delivery.run { [store] in store.markDelivered(spool) }
        wakeWaiters()
    }

    // MARK: One update

    private func deliver(_ spool: TaskSpool) async {
        let since = spool.waiting.since
        guard var prepared = await context.delivery.run({ [limit] in spool.prepare(limit: limit.bytes) }) else {
            return wakeWaiters()
        }
        if prepared.update.isEmpty { return await confirm(prepared, of: spool) }
        while !Task.isCancelled && !spool.isClosed {
            let answer = await answer(to: &prepared.update, of: spool, since: since)
            if Task.isCancelled, case .failure(let error) = answer, error.isTransient { break }
            if spool.isClosed { break }
            let step = DeliveryStep.after(answer, to: prepared.update, logBytes: prepared.logBytes)
            note(answer, step, spool)
            switch step {
            case .advance:
                tally.delivered(prepared.logBytes)
                if prepared.logBytes > 0 { limit.accepted() }
                return await confirm(prepared, of: spool)
            case .drop:
                if prepared.isLast { refuse(spool, answer) }
                return await confirm(prepared, of: spool)
            case .sendStatusAlone:
                (prepared.update.log, prepared.update.stepsCompleted) = ([], nil)
            case .sendLess(let bytes):
                limit.refused(next: bytes)
                return spool.putBack()
            case .abandon:
                refuse(spool, answer)
                await spool.abandon()
                eventQueue.yield(.taskNotOurs(taskID: spool.task.id, run: spool.name))
                return wakeWaiters()
            case .pause:
                await pause()
            case .retry:
                await nudge.wait(atMost: backoff.next(retryAfter: retryAfter(answer)), on: clock)
            }
        }
        spool.putBack()
    }

    /// Sends an update, without the active status if that is late and the task may no longer run: it would restart a
    /// job that was cancelled in the meantime.
    private func answer(
        to update: inout OutgoingUpdate, of spool: TaskSpool, since: Duration?
    ) async -> Result<UpdateReceipt, ManagerError> {
        do throws(ManagerError) {
            if update.saysRunning, isLate(since), try await !mayRun(spool.task.id) {
                log.about(spool.task).info("not reported as active: the task may no longer run")
                update.status = nil
            }
            if update.isEmpty { return .success(.accepted) }
            return .success(try await send(spool.task.id, update))
        } catch {
            return .failure(error)
        }
    }

    private func isLate(_ since: Duration?) -> Bool {
        tally.current.lastError != nil || since.map { context.elapsed() - $0 > BatchRule.lateness } ?? false
    }

    private func confirm(_ prepared: PreparedUpdate, of spool: TaskSpool) async {
        await context.delivery.run { spool.confirm(prepared) }
        wakeWaiters()
    }

    /// Records that the manager refuses the outcome of a task, if there is one; its log is kept on this machine.
    private func refuse(_ spool: TaskSpool, _ answer: Result<UpdateReceipt, ManagerError>) {
        guard let outcome = spool.refuseOutcome() else { return }
        let status =
            switch answer {
            case .success: 409
            case .failure(let error): error.status
            }
        log.about(spool.task).warning(
            "\(outcome) here, but the manager refused the outcome\(status.map { " (\($0))" } ?? ""); "
                + "\(ByteCountText.text(spool.storedBytes)) of its log are kept in \(spool.folder)")
        onRefusal()
    }

    private func pause() async {
        tally.change { $0.isPaused = true }
        while tally.current.isPaused && !Task.isCancelled { await nudge.wait(atMost: nil, on: clock) }
    }

    private func retryAfter(_ answer: Result<UpdateReceipt, ManagerError>) -> Duration? {
        if case .failure(let error) = answer { error.retryAfter } else { nil }
    }

    private func note(_ answer: Result<UpdateReceipt, ManagerError>, _ step: DeliveryStep, _ spool: TaskSpool) {
        if step != .retry { backoff.reset() }
        guard case .failure(let error) = answer else {
            if tally.current.lastError != nil, step == .advance {
                log.info("the manager accepts updates again")
            }
            tally.change { $0.lastError = nil }
            return
        }
        let isNew = tally.current.lastError != error.description
        tally.change { $0.lastError = error.description }
        switch step {
        case .pause: eventQueue.yield(.unauthorised(error))
        case .retry: if isNew { log.about(spool.task).warning("cannot send an update, retrying: \(error)") }
        case .sendLess(let bytes):
            log.about(spool.task).warning("sending updates in parts of \(ByteCountText.text(bytes)): \(error)")
        case .sendStatusAlone:
            log.about(spool.task).error("dropped a part of the log, or the number of steps: \(error)")
        default: log.about(spool.task).error("dropped an update: \(error)")
        }
    }

    // MARK: For the agent

    /// Continues after ``DeliveryEvent/unauthorised(_:)``; also ends a wait for the next attempt.
    package func resume() {
        tally.change { $0.isPaused = false }
        nudge.notify()
    }

    /// What waits and what was delivered; never waits for the sender.
    package nonisolated var counters: DeliveryCounters {
        let waiting = store.undelivered.map { ($0.waiting, $0.unconfirmedBytes) }
        var counters = tally.current
        counters.bytesWaiting = waiting.reduce(0) { $0 + $1.1 }
        counters.tasksWaiting = waiting.count { $0.1 > 0 || $0.0.hasNews || $0.0.isUrgent || $0.0.hasEnded }
        return counters
    }

    /// Sends everything that is in the spools now, and waits until all of it has a definite answer.
    ///
    /// Returns early when the surrounding task is cancelled.
    package func waitUntilDelivered() async {
        let marks = store.undelivered.map { ($0, $0.want()) }
        nextWaiter += 1
        let id = nextWaiter
        context.wake.notify()
        if !tally.current.isPaused { nudge.notify() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume() }
                waiters[id] = Waiter(marks: marks, continuation: continuation)
                wakeWaiters()
            }
        } onCancel: {
            Task { await self.forget(id) }
        }
    }

    /// Like ``waitUntilDelivered()``, for at most `bound`.
    ///
    /// - Returns: whether everything got an answer.
    package func flush(within bound: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.waitUntilDelivered()
                return !Task.isCancelled
            }
            group.addTask { [clock] in
                try? await clock.sleep(for: bound)
                return false
            }
            let isDelivered = await group.next() ?? false
            group.cancelAll()
            return isDelivered
        }
    }

    private func wakeWaiters() {
        for (id, waiter) in waiters where waiter.marks.allSatisfy({ $0.isAnswered($1) }) {
            waiters[id] = nil
            waiter.continuation.resume()
        }
    }

    private func forget(_ id: Int) { waiters.removeValue(forKey: id)?.continuation.resume() }
}
