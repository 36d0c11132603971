import Agent
import FlamencoAPI
import Testing

/// What happened to a worker, and what it has to do about it.
typealias Step = (event: WorkerEvent, actions: [WorkerAction])

/// Ways to states in which much begins.
enum Steps {
    static let awake: [Step] = [
        (.signedOn(requested: .awake, isNewWorker: false), [.resumeDelivery, .acknowledge(.awake)]),
        (.acknowledged, [.stopPolling, .startWork]),
    ]
    static let running: [Step] = awake + [(.taskStarted, [.pollState(.awake)])]
}

/// Expects that a worker does in each step what it has to do.
///
/// - Parameter wish: what its node wants at first.
func follow(
    _ steps: [Step], rule: TerminationRule = .stop, from wish: NodeWish = .work,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var machine = WorkerStateMachine(terminationRule: rule)
    #expect(machine.begin(wish) == [.signOn])
    for (index, step) in steps.enumerated() {
        #expect(
            machine.handle(step.event) == step.actions, "step \(index): \(step.event)", sourceLocation: sourceLocation)
    }
}
