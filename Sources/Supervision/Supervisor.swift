import SupervisorProtocol
import System

/// One program with its process tree, from the launch order to the report.
struct Supervisor {
    private var channel: ControlChannel

    init(channel: ControlChannel) { self.channel = channel }

    /// Receives the order, runs the program, and returns when nothing of it is left.
    mutating func run() {
        guard let signals = SupervisorSignals() else {
            return channel.send(.refused("it has no descriptors left"))
        }
        guard ChildProcess.becomeSubreaper() else {
            return channel.send(.refused("it cannot become a subreaper"))
        }
        guard let (order, rest) = receiveOrder() else { return }
        if order.isDebuggable { OwnMemory.show() }
        do throws(LaunchError) {
            let group = try order.group.map(ControlGroup.make)
            defer { group?.remove() }
            let launch = try Launch.begin(order, group: group)
            Privileges.keepSignalling()
            var tree = SupervisedTree(order: order, launch: launch, group: group, channel: channel, signals: signals)
            tree.watch(firstMessages: rest)
        } catch {
            channel.send(.failed(error))
        }
    }

    /// Returns the order, and the messages received right after it; nil if there is nothing to do.
    private mutating func receiveOrder() -> (LaunchOrder, [AgentMessage])? {
        while true {
            switch channel.receive() {
            case .end: return nil
            case .nonsense(let problem):
                channel.send(.refused(problem))
                return nil
            case .messages(let messages):
                guard let first = messages.first else { continue }
                guard case .launch(let order) = first else {
                    channel.send(.refused("a launch order is expected first"))
                    return nil
                }
                return (order, Array(messages.dropFirst()))
            }
        }
    }
}
