package import System

/// The searches to answer, each after its own delay.
package struct AnswerQueue: Sendable {
    /// An answer to be sent.
    package struct Answer: Hashable, Sendable {
        package let receiver: UDPSocket.Peer
        /// The number of the interface by which it asked.
        package let interface: Int32
        fileprivate let due: Duration
    }

    /// The most answers that may wait. Searches beyond this are ignored.
    private static let mostAnswers = 256

    private var answers: [Answer] = []

    package init() {}

    /// Queues the answer to a search that arrived on an interface. Repeated searches before the answer get one answer.
    ///
    /// - Parameters:
    ///   - now: the time since any fixed point.
    ///   - share: which part of the longest wait to let pass, from 0 to 1.
    package mutating func add(
        _ query: ManagerQuery, from receiver: UDPSocket.Peer, interface: Int32, at now: Duration, share: Double
    ) {
        guard answers.count < Self.mostAnswers, !answers.contains(where: { $0.receiver == receiver }) else { return }
        answers.append(
            Answer(receiver: receiver, interface: interface, due: now + query.longestWait * min(max(share, 0), 1)))
    }

    /// The answers whose time has come; they are not in the queue any more.
    package mutating func takeDue(at now: Duration) -> [Answer] {
        defer { answers.removeAll { $0.due <= now } }
        return answers.filter { $0.due <= now }
    }

    /// When the next one is due; nil when there is none.
    package var nextDue: Duration? { answers.map(\.due).min() }
}
