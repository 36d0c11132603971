import Agent
import FlamencoAPI
import Testing

private let stop = NodeWish.sleep(.stop, reason: "paused")
private let finish = NodeWish.sleep(.finish, reason: "paused")
private let awake = Steps.awake
private let running = Steps.running
/// The node sleeps, and the manager knows it.
private let asleep: [Step] =
    awake + [
        (.node(stop), [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
        (.workEnded(.stopped), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
    ]
/// The manager has the worker sleep.
private let sentToSleep: [Step] =
    awake + [
        (.workEnded(.stateRequested(.asleep)), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
    ]
private let woken: [Step] = [
    (.node(.work), [.acknowledge(.awake)]), (.acknowledged, [.stopPolling, .startWork]),
]

@Suite("A node that has its worker sleep")
struct SleepOfNodeTests {
    @Test("is told to the manager, and so is that it works again")
    func sleepsAndWakes() {
        follow(asleep + woken)
        // It changes its mind before the manager has heard of it.
        follow(
            awake + [
                (.node(stop), [.stopPolling, .stopWork(.nodeSleeps("paused"))]), (.node(.work), []),
                (.workEnded(.stopped), [.acknowledge(.awake)]), (.acknowledged, [.stopPolling, .startWork]),
            ])
        follow(Array(asleep.dropLast()) + woken)
        // Another reason is no news for the manager.
        follow(asleep + [(.node(finish), []), (.node(.sleep(.finish, reason: "hours")), [])] + woken)
    }

    @Test("stops the running task, which goes back to the manager, or lets it finish")
    func runningTask() {
        follow(
            running + [
                (.node(stop), [.stopPolling, .stopWork(.nodeSleeps("paused"))]), (.taskEnded, [.stopPolling]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
        follow(
            running + [
                (.node(finish), [.finishWork]), (.taskEnded, [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
                (.workEnded(.finished), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
            ] + woken)
        // There is nothing to finish.
        follow(
            awake + [
                (.node(finish), [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
        follow(
            awake + [
                (.heldUp, [.pollState(.awake)]), (.node(finish), [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
    }

    @Test("may want something else while the task finishes")
    func changesWhileFinishing() {
        let finishing = running + [(.node(finish), [.finishWork])]
        follow(finishing + [(.node(.work), [.continueWork]), (.taskEnded, [.stopPolling]), (.node(.work), [])])
        // The work had ended by then.
        follow(
            finishing + [
                (.node(.work), [.continueWork]), (.workEnded(.finished), [.acknowledge(.awake)]),
                (.acknowledged, [.stopPolling, .startWork]),
            ])
        follow(
            finishing + [
                (.node(.sleep(.finish, reason: "hours")), []),
                (.node(stop), [.stopPolling, .stopWork(.nodeSleeps("paused"))]), (.node(finish), []),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
        // The manager wants the task to stop.
        follow(
            finishing + [
                (.stateRequested(.asleep), [.stopPolling, .stopWork(.stateRequested(.asleep))]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
                (.node(.work), []),
            ])
        // To the manager the worker is awake until the task has ended.
        follow(
            finishing + [
                (.unauthorised, [.signOn]),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
                (.acknowledged, [.pollState(.awake)]),
                (.taskEnded, [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
                (.workEnded(.finished), [.acknowledge(.asleep)]),
            ])
    }

    // MARK: The manager

    @Test("does not wake what the manager put to sleep")
    func managerSleeps() {
        follow(sentToSleep + [(.node(stop), []), (.node(.work), [])])
        follow(
            sentToSleep + [
                (.node(stop), []), (.node(.work), []), (.stateRequested(.awake), [.acknowledge(.awake)]),
            ])
    }

    @Test("is not woken by the manager, whose wish counts as soon as the node works")
    func managerWakes() {
        follow(asleep + [(.stateRequested(.awake), [.pollState(.asleep, known: .awake)])] + woken)
        // The manager put it to sleep before, and wants it awake now.
        follow(
            sentToSleep + [(.node(stop), []), (.stateRequested(.awake), [.pollState(.asleep, known: .awake)])] + woken)
        // Whoever takes that back wants it to sleep.
        follow(
            asleep + [
                (.stateRequested(.awake), [.pollState(.asleep, known: .awake)]),
                (.requestWithdrawn, [.pollState(.asleep)]), (.node(.work), []),
                (.stateRequested(.awake), [.acknowledge(.awake)]),
            ])
        follow(
            asleep + [
                (.stateRequested(.asleep), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
                (.node(.work), []),
            ])
        follow(asleep + [(.stateRequested(.shutdown), [.leave(signedOn: true, for: .stop)])])
    }

    @Test("sleeps from the start, whatever the manager wants")
    func fromTheStart() {
        let beginning: [Step] = [
            (.signedOn(requested: .awake, isNewWorker: true), [.resumeDelivery, .acknowledge(.asleep)]),
            (.acknowledged, [.pollState(.asleep)]),
        ]
        follow(beginning + woken, from: stop)
        // It may find out while it signs on.
        follow([(.node(.work), [])] + awake, from: finish)
        follow([(.node(stop), [])] + beginning)
        follow(
            [
                (
                    .signedOn(requested: .restart, isNewWorker: false),
                    [.resumeDelivery, .leave(signedOn: true, for: .restart)]
                )
            ],
            from: stop)
    }

    @Test("while the worker signs on again it stops the task, and goes on signing on")
    func signingOn() {
        follow(
            running + [
                (.unauthorised, [.signOn]), (.node(stop), [.stopWork(.nodeSleeps("paused"))]), (.taskEnded, []),
                (.workEnded(.stopped), []),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.asleep)]),
                (.acknowledged, [.pollState(.asleep)]),
            ] + woken)
        follow(
            running + [
                (.unauthorised, [.signOn]), (.node(stop), [.stopWork(.nodeSleeps("paused"))]),
                (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery]),
                (.workEnded(.stopped), [.acknowledge(.asleep)]),
            ])
        // The news that the worker is awake is on its way.
        follow([
            awake[0], (.node(stop), [.acknowledge(.asleep)]), (.acknowledged, [.pollState(.asleep)]),
        ])
    }

    // MARK: Leaving

    @Test("leaves like any other")
    func leaves() {
        follow(
            asleep + [(.terminate, [.leave(signedOn: true, for: .stop)]), (.node(.work), []), (.left, [.exit(.stop)])])
        follow(
            running + [
                (.terminate, [.stopPolling, .stopWork(.terminated)]), (.node(stop), []), (.node(.work), []),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
            ])
        follow(
            running + [
                (.node(finish), [.finishWork]), (.terminate, [.stopPolling, .stopWork(.terminated)]),
                (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
            ])
    }

    @Test("and a drain go together: the task finishes, unless the node needs the machine now")
    func drains() {
        let both = [(.node(finish), [.finishWork]), (.terminate, [])] as [Step]
        for steps in [both, [(.terminate, [.finishWork]), (.node(finish), [])]] {
            follow(
                running + steps + [
                    (.node(.work), []), (.taskEnded, [.stopPolling]),
                    (.workEnded(.finished), [.leave(signedOn: true, for: .stop)]),
                ], rule: .drain)
            follow(
                running + steps + [
                    (.node(stop), [.stopPolling, .stopWork(.nodeSleeps("paused"))]),
                    (.workEnded(.stopped), [.leave(signedOn: true, for: .stop)]),
                ], rule: .drain)
            follow(running + steps + [(.terminate, [.skipGrace, .stopPolling, .stopWork(.terminated)])], rule: .drain)
        }
    }
}
