package import System

/// Searches to answer, each after its own delay.
package struct AnswerQueue: Sendable {
    /// An answer to be sent.
    package struct Answer: Hashable, Sendable {
        package let receiver: UDPSocket.Peer
        /// The index of the interface on which the search arrived.
        package let interface: Int32
        fileprivate let due: Duration
    }

    /// Maximum number of waiting answers. Searches beyond this are ignored.
    private static let mostAnswers = 256

    private var answers: [Answer] = []

    package init() {}

    /// Queues the answer to a search that arrived on an interface. Repeated searches before the answer get one answer.
    ///
    /// - Parameters:
    ///   - now: the time since any fixed point.
    ///   - share: the fraction of the maximum delay to wait, from 0 to 1.
    package mutating func add(
        _ query: ManagerQuery, from receiver: UDPSocket.Peer, interface: Int32, at now: Duration, share: Double
    ) {
        guard answers.count < Self.mostAnswers, !answers.contains(where: { $0.receiver == receiver }) else { return }
        answers.append(
            Answer(receiver: receiver, interface: interface, due: now + query.longestWait * min(max(share, 0), 1)))
    }

    /// Removes and returns the answers that are due.
    package mutating func takeDue(at now: Duration) -> [Answer] {
        defer { answers.removeAll { $0.due <= now } }
        return answers.filter { $0.due <= now }
    }

    /// When the next one is due; nil if there is none.
    package var nextDue: Duration? { answers.map(\.due).min() }
}
