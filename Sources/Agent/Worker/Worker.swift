import ExecutorKit
package import FlamencoAPI
import ManagerClient

/// A worker: does what its state machine says, and tells it what happened.
package actor Worker {
    let parts: WorkerParts
    private let taskLoop: TaskLoop
    private var machine: WorkerStateMachine
    private let events: AsyncStream<Occurrence>
    private let occur: AsyncStream<Occurrence>.Continuation

    private var conversation: Task<Void, Never>?
    /// Counts the conversations, to tell the events of the one that is on from those of one that was cut short.
    private var conversationNumber = 0
    private var work: Task<Void, Never>?

    /// An event, and the number of the conversation that it came from if it came from one; or a question whether the
    /// worker still gets round to its events.
    private struct Occurrence {
        var event: WorkerEvent?
        var conversation: Int?
        var whenAlive: (@Sendable () -> Void)?
    }

    package init(_ parts: WorkerParts) {
        self.parts = parts
        machine = WorkerStateMachine(terminationRule: parts.settings.onTerm)
        let (events, occur) = AsyncStream<Occurrence>.makeStream()
        taskLoop = parts.taskLoop { occur.yield(Occurrence(event: $0)) }
        (self.events, self.occur) = (events, occur)
    }

    /// What the worker is now, in the words of the contract.
    package var status: WorkerStatus { machine.status }

    /// Looks at the worker, from anywhere.
    package nonisolated var inspection: AgentInspection { parts.inspection }

    /// Tells the worker that something happened; from anywhere.
    package nonisolated func tell(_ event: WorkerEvent) { occur.yield(Occurrence(event: event)) }

    /// What has to get on for the worker to work: each answers never when it hangs.
    package nonisolated var vitalParts: [Heartbeat.Part] {
        let (occur, sender, loop) = (occur, parts.sender, taskLoop)
        return [
            Heartbeat.Part("the worker") { occur.yield(Occurrence(whenAlive: $0)) },
            Heartbeat.Part("the sender of its updates") { whenAlive in
                Task {
                    await sender.probe()
                    whenAlive()
                }
            },
            Heartbeat.Part("the task loop") { whenAlive in
                Task {
                    await loop.probe()
                    whenAlive()
                }
            },
        ]
    }

    /// Works until the manager or ``tell(_:)`` ends it. No program runs any more when this returns.
    package func run() async -> WorkerExit {
        let delivery = Task { [parts] in await parts.sender.run() }
        let news = Task { [parts, occur] in
            for await event in parts.sender.events { occur.yield(Occurrence(event: .init(event))) }
        }
        defer {
            delivery.cancel()
            news.cancel()
        }
        for action in machine.begin() { await perform(action) }
        for await occurrence in events {
            if let number = occurrence.conversation, number != conversationNumber { continue }
            occurrence.whenAlive?()
            guard let event = occurrence.event else { continue }
            parts.log.debug("event: \(event)")
            note(event)
            for action in machine.handle(event) {
                parts.log.debug("action: \(action)")
                if case .exit(let exit) = action {
                    await conversation?.value
                    delivery.cancel()
                    await delivery.value
                    await parts.previews.stop()
                    return exit
                }
                await perform(action)
            }
        }
        return .stop
    }

    private func note(_ event: WorkerEvent) {
        switch event {
        case .signedOn: parts.status.signedOn()
        case .terminate: parts.status.stopping()
        default: break
        }
    }

    private func perform(_ action: WorkerAction) async {
        switch action {
        case .signOn:
            parts.status.signingOn()
            converse { [parts] in
                let (requested, isNewWorker) = try await parts.enrolment.signOn()
                return .signedOn(requested: requested, isNewWorker: isNewWorker)
            }
        case .acknowledge(let status):
            parts.log.info("the worker is \(status)")
            parts.status.entered(status)
            converse { [parts] in try await parts.acknowledgement.send(status) }
        case .pollState(let status):
            let interval = status == .asleep ? parts.settings.asleepPollInterval : parts.settings.runningPollInterval
            let running = status == .asleep ? nil : await taskLoop.currentRun
            converse { [parts] in
                if let running, await parts.enrolment.dialect.has(.taskPermission) {
                    return try await parts.permissionPoll.run(task: running.task, run: running.name, every: interval)
                }
                return try await parts.statePoll.run(every: interval)
            }
        case .keepQuiet:
            converse { nil }
        case .leave(let signedOn, let exit):
            parts.status.stopping()
            parts.previews.close()
            converse { [parts] in
                await parts.farewell.say(signedOn: signedOn, leavingFor: exit)
                return .left
            }
        case .startWork:
            let previous = work
            work = Task { [taskLoop, occur] in
                await previous?.value
                let end = await taskLoop.run()
                occur.yield(Occurrence(event: .workEnded(end)))
            }
        case .stopWork(let reason):
            await taskLoop.willStop(reason)
            work?.cancel()
        case .finishWork:
            await taskLoop.finish()
        case .dropTask(let run):
            await taskLoop.drop(run: run)
        case .stopTask(let run, let reason):
            await taskLoop.stop(run: run, because: reason)
        case .skipGrace:
            parts.programs.skipGrace()
        case .resumeDelivery:
            await parts.sender.resume()
        case .exit:
            break
        }
    }

    /// Begins a conversation in place of the one before, which ends first.
    private func converse(_ body: @escaping @Sendable () async throws -> WorkerEvent?) {
        let previous = conversation
        previous?.cancel()
        conversationNumber += 1
        let number = conversationNumber
        conversation = Task { [occur] in
            await previous?.value
            if let event = try? await body() { occur.yield(Occurrence(event: event, conversation: number)) }
        }
    }
}
