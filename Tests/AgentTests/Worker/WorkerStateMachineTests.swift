import Agent
import FlamencoAPI
import Testing

private let hello = Steps.awake
private let running = Steps.running

@Suite("The states of a worker")
struct WorkerStateMachineTests {
    // MARK: Held up, and enough

    @Test("a worker that is held up asks for its state until nothing is in the way")
    func heldUp() {
        follow(
            hello + [
                (.heldUp, [.pollState(.awake)]), (.freeAgain, [.stopPolling]), (.taskStarted, [.pollState(.awake)]),
                (.taskEnded, [.stopPolling]), (.heldUp, [.pollState(.awake)]),
                (.stateRequested(.asleep), [.stopPolling, .stopWork(.stateRequested(.asleep))]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
            ])
        follow(hello + [(.heldUp, [.pollState(.awake)]), (.terminate, [.stopPolling, .stopWork(.terminated)])])
    }

    @Test("a worker that has been there for long enough leaves")
    func enough() {
        follow(
            hello + [
                (.workEnded(.enough(.tasksDone(1))), [.leave(signedOn: true, for: .stop)]), (.left, [.exit(.stop)]),
            ])
    }

    @Test("a conversation that fails for an unknown reason begins anew, whatever the worker does")
    func conversationFailed() {
        follow([(.conversationFailed("why"), [.signOn])])
        follow(
            running + [
                (.conversationFailed("why"), [.signOn]),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.pollState(.awake)]),
            ])
        follow(
            running + [
                (.terminate, [.stopPolling, .stopWork(.terminated)]), (.conversationFailed("why"), []),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
                (.conversationFailed("why"), [.exit(.stop)]),
            ])
    }

    // MARK: Coming

    @Test("an awake worker asks for tasks once the manager knows that it is awake, and polls while a task runs")
    func awake() {
        follow(running + [(.taskEnded, [.stopPolling]), (.taskStarted, [.pollState(.awake)])])
    }

    @Test("an asleep worker polls until it is woken")
    func asleep() {
        follow([
            (.signedOn(requested: .asleep, isNewWorker: true), [.resumeDelivery, .acknowledge(.asleep)]),
            (.acknowledged, [.pollState(.asleep)]),
            (.stateRequested(.awake), [.acknowledge(.awake)]),
            (.acknowledged, [.stopPolling, .startWork]),
        ])
    }

    @Test(
        "a state that is not implemented means sleeping",
        arguments: [WorkerStatus.testing, .starting, .error, .unknown("dancing")])
    func unimplemented(status: WorkerStatus) {
        follow([
            (.signedOn(requested: status, isNewWorker: false), [.resumeDelivery, .acknowledge(.asleep)]),
            (.acknowledged, [.pollState(.asleep)]),
        ])
    }

    @Test(
        "a manager can send a worker home when it comes",
        arguments: [
            (WorkerStatus.shutdown, WorkerExit.stop), (.offline, .stop), (.restart, .restart),
        ])
    func sentHome(status: WorkerStatus, exit: WorkerExit) {
        follow([
            (.signedOn(requested: status, isNewWorker: false), [.resumeDelivery, .leave(signedOn: true, for: exit)]),
            (.left, [.exit(exit)]),
        ])
    }

    // MARK: Requests

    @Test("a task that may not go on is stopped, and another one asked for")
    func refusedTask() {
        follow(
            running + [
                (.taskRefused(run: "r", reason: "canceled"), [.stopTask(run: "r", reason: "canceled")]),
                (.taskEnded, [.stopPolling]),
                (.taskStarted, [.pollState(.awake)]),
            ])
    }

    @Test("a requested state stops the running task, and is acknowledged when it is gone")
    func requestWhileRunning() {
        follow(
            running + [
                (.stateRequested(.asleep), [.stopPolling, .stopWork(.stateRequested(.asleep))]),
                (.taskEnded, [.stopPolling]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
                (.acknowledged, [.pollState(.asleep)]),
            ])
    }

    @Test("the last request counts when another comes while the task is being stopped")
    func twoRequests() {
        follow(
            running + [
                (.stateRequested(.asleep), [.stopPolling, .stopWork(.stateRequested(.asleep))]),
                (.stateRequested(.awake), []),
                (.workEnded(.stopped), [.acknowledge(.awake)]),
            ])
    }

    @Test("being told to go to awake while a task runs stops the task")
    func awakeWhileRunning() {
        follow(
            running + [
                (.stateRequested(.awake), [.stopPolling, .stopWork(.stateRequested(.awake))]),
                (.workEnded(.stopped), [.acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
    }

    @Test("a state that comes in place of a task is entered")
    func locked() {
        follow(hello + [(.workEnded(.stateRequested(.asleep)), [.acknowledge(.asleep)])])
    }

    @Test("a manager that does not see the worker awake is told again")
    func notAwake() {
        follow(
            hello + [
                (.workEnded(.notAwake), [.acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
    }

    @Test("a shutdown request stops the task, then the worker leaves")
    func shutdownWhileRunning() {
        follow(
            running + [
                (.stateRequested(.shutdown), [.stopPolling, .stopWork(.stateRequested(.shutdown))]),
                (.taskEnded, [.stopPolling]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
                (.stateRequested(.awake), []),
                (.left, [.exit(.stop)]),
            ])
    }

    // MARK: Refused credentials

    @Test("a refusal in place of a task leads to signing on again")
    func refusedAsking() {
        follow(
            hello + [
                (.workEnded(.unauthorised), [.signOn]),
                (.signedOn(requested: .awake, isNewWorker: true), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
    }

    @Test("a refusal while a task runs lets the task run, as long as the worker stays the same")
    func refusedRunning() {
        follow(
            running + [
                (.unauthorised, [.signOn]),
                (.unauthorised, []),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.pollState(.awake)]),
                (.taskEnded, [.stopPolling]),
            ])
    }

    @Test("a worker that became another one stops the task of the old one")
    func becameAnother() {
        follow(
            running + [
                (.unauthorised, [.signOn]),
                (
                    .signedOn(requested: .awake, isNewWorker: true),
                    [.resumeDelivery, .stopPolling, .stopWork(.newIdentity)]
                ),
                (.taskEnded, [.stopPolling]),
                (.workEnded(.stopped), [.acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
    }

    @Test("work that ends while signing on begins again when the manager knows the worker")
    func workEndsWhileSigningOn() {
        follow(
            running + [
                (.unauthorised, [.signOn]),
                (.taskEnded, []),
                (.workEnded(.unauthorised), []),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
    }

    @Test("a worker that the manager wants asleep after a refusal stops its task first")
    func asleepAfterRefusal() {
        follow(
            running + [
                (.unauthorised, [.signOn]),
                (
                    .signedOn(requested: .asleep, isNewWorker: false),
                    [.resumeDelivery, .stopPolling, .stopWork(.stateRequested(.asleep))]
                ),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
    }

    // MARK: Tasks that are not ours

    @Test("a task that is not ours any more is stopped, and the work goes on")
    func notOurs() {
        follow(
            running + [
                (.taskNotOurs(run: "r"), [.dropTask(run: "r")]), (.taskEnded, [.stopPolling]),
                (.taskStarted, [.pollState(.awake)]),
            ])
        follow([(.taskNotOurs(run: "r"), [])])
    }

    // MARK: Going

    @Test("SIGTERM before signing on ends without a goodbye")
    func termBeforeSignOn() {
        follow([(.terminate, [.leave(signedOn: false, for: .stop)]), (.left, [.exit(.stop)])])
    }

    @Test("SIGTERM stops the task; a second one skips the grace")
    func termTwice() {
        follow(
            running + [
                (.terminate, [.stopPolling, .stopWork(.terminated)]),
                (.terminate, [.skipGrace]),
                (.taskEnded, [.stopPolling]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
                (.left, [.exit(.stop)]),
            ])
    }

    @Test("SIGTERM while asking for a task stops asking")
    func termIdle() {
        follow(
            hello + [
                (.terminate, [.stopPolling, .stopWork(.terminated)]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
            ])
    }

    @Test("draining lets the running task come to its end, and is polled for as before")
    func drain() {
        follow(
            running + [
                (.terminate, [.finishWork]),
                (.taskEnded, [.stopPolling]),
                (.workEnded(.finished), [.leave(signedOn: true, for: .stop)]),
                (.left, [.exit(.stop)]),
            ], rule: .drain)
    }

    @Test("draining without a task ends at once")
    func drainIdle() {
        follow(hello + [(.terminate, [.stopPolling, .stopWork(.terminated)])], rule: .drain)
    }

    @Test("a second SIGTERM while draining ends the task without grace")
    func drainTwice() {
        follow(
            running + [
                (.terminate, [.finishWork]),
                (.terminate, [.skipGrace, .stopPolling, .stopWork(.terminated)]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
            ], rule: .drain)
    }

    @Test("a requested state while draining stops the task, and the worker still leaves")
    func requestWhileDraining() {
        follow(
            running + [
                (.terminate, [.finishWork]),
                (.stateRequested(.asleep), [.stopPolling, .stopWork(.stateRequested(.asleep))]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
                (.left, [.exit(.stop)]),
            ], rule: .drain)
    }

    @Test("a refusal while draining is mended, so that the outcome can be delivered")
    func refusedDraining() {
        follow(
            running + [
                (.terminate, [.finishWork]),
                (.unauthorised, [.signOn]),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.pollState(.awake)]),
                (.workEnded(.finished), [.leave(signedOn: true, for: .stop)]),
            ], rule: .drain)
    }

    @Test("SIGTERM after a restart was requested does not skip the grace, and the restart stands")
    func termWhileRestarting() {
        follow(
            running + [
                (.stateRequested(.restart), [.stopPolling, .stopWork(.stateRequested(.restart))]),
                (.terminate, []),
                (.terminate, [.skipGrace]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .restart)]),
                (.left, [.exit(.restart)]),
            ])
    }
}
