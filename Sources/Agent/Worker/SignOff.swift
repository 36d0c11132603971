import FlamencoAPI
import HumanText
import ManagerClient

/// What a worker does before it ends: delivers what is waiting, then signs off, both within bounds.
struct SignOff: Sendable {
    let manager: ManagerSession
    let sender: UpdateSender
    /// How long delivering may take.
    let flushTime: Duration
    /// Whether a next start delivers the rest.
    let comesBack: Bool
    let clock: any Clock<Duration>
    let log: Log

    /// How long a manager that does not answer may hold up the end (protocol of the contract).
    static let signOffTime = Duration.seconds(3)

    /// Delivers and signs off; returns in bounded time whatever the manager does.
    ///
    /// Unless everything was delivered, a worker that comes back leaves without a word: a manager that hears of it gives the
    /// task to another worker, and what is kept about it, its outcome perhaps, could not be delivered by the next start.
    /// One that does not come back signs off all the same, just so that another worker gets the task.
    ///
    /// - Parameters:
    ///   - signedOn: whether the worker ever signed on.
    ///   - exit: what the worker is leaving for.
    func run(signedOn: Bool, leavingFor exit: WorkerExit = .stop) async {
        guard signedOn, await manager.credentials != nil else { return }
        if await !sender.flush(within: flushTime) {
            let problem = "not everything could be delivered within \(DurationText.text(flushTime))"
            if comesBack {
                log.warning("\(problem); it is kept for the next start, and the worker does not sign off until then")
                return
            }
            let left = sender.counters
            let tasks = left.tasksWaiting == 1 ? "1 task" : "\(left.tasksWaiting) tasks"
            log.error(
                "\(problem): \(ByteCountText.text(left.bytesWaiting)) of logs and the outcome of \(tasks) are lost, since"
                    + " this worker keeps no state; the manager has to reassign the work")
        }
        do {
            try await withTimeout(Self.signOffTime, on: clock) { [manager] in
                try await manager.signOff(as: exit == .restart ? .restart : .shutdown)
            }
            log.info("signed off")
        } catch {
            log.warning("could not sign off: \(error)")
        }
    }
}
