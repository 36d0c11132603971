import FlamencoAPI
import HumanText
import ManagerClient

/// The end of a worker: delivers what is waiting, then signs off, both with a time limit.
struct SignOff: Sendable {
    let manager: ManagerSession
    let sender: UpdateSender
    /// Time limit for delivery.
    let flushTime: Duration
    /// Whether the rest is delivered after the next start.
    let comesBack: Bool
    let clock: any Clock<Duration>
    let log: Log

    /// How long a manager that does not answer may delay the exit (protocol of the contract).
    static let signOffTime = Duration.seconds(3)

    /// Delivers and signs off; returns in bounded time whatever the manager does.
    ///
    /// If not everything was delivered, a worker that will be started again does not sign off: the manager would assign
    /// the task to another worker, and the next start could not deliver what is stored about it, possibly its outcome.
    /// A worker that will not be started again does sign off, so that another worker gets the task.
    ///
    /// An earlier run that left something undelivered did not sign off, so the manager still counts this worker as on,
    /// although this run may not have signed on yet.
    ///
    /// - Parameters:
    ///   - signedOn: whether the worker signed on in this run.
    ///   - exit: why the worker exits.
    func run(signedOn: Bool, leavingFor exit: WorkerExit = .stop) async {
        guard signedOn || hasUpdatesOfEarlierRun, await manager.credentials != nil else { return }
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

    /// Whether a run that did not sign on yet has, or had, something to deliver.
    private var hasUpdatesOfEarlierRun: Bool {
        let counters = sender.counters
        return counters.tasksWaiting > 0 || counters.updatesDelivered > 0
    }
}
