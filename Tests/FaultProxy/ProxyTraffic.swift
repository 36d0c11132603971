import Synchronization

/// What the connections of a proxy have in common.
final class ProxyTraffic: Sendable {
    private struct State {
        var asked: [FaultProxy.Asked] = []
        var isServing = true
        /// The connections that stand, by their descriptors.
        var clients: [Int32: TCPSocket] = [:]
    }

    let managerPort: UInt16
    private let script: FaultProxy.Script
    private let state = Mutex(State())

    init(managerPort: UInt16, script: @escaping FaultProxy.Script) {
        self.managerPort = managerPort
        self.script = script
    }

    var asked: [FaultProxy.Asked] { state.withLock(\.asked) }

    /// What is to become of a request.
    func fault(for line: String) -> Fault {
        let asked = state.withLock { state in
            let asked = FaultProxy.Asked(
                line: line, ordinal: state.asked.count, repetition: state.asked.count { $0.line == line })
            state.asked.append(asked)
            return asked
        }
        return script(asked)
    }

    // MARK: Connections

    func serve() { state.withLock { $0.isServing = true } }

    /// Ends all connections; their threads close them.
    func refuse() {
        state.withLock { state in
            state.isServing = false
            state.clients.values.forEach { $0.end() }
        }
    }

    /// Whether a connection may go on; if so, ``leave(_:)`` follows, before it is closed.
    func join(_ client: TCPSocket) -> Bool {
        state.withLock { state in
            if state.isServing { state.clients[client.descriptor] = client }
            return state.isServing
        }
    }

    func leave(_ client: TCPSocket) { state.withLock { $0.clients[client.descriptor] = nil } }
}
