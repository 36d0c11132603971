/// What a server takes from those who connect to it. Everything beyond is refused with the status named here.
public struct HTTPLimits: Hashable, Sendable {
    /// Bytes of all header fields of a request, and of all its trailer fields; more is a 431.
    public var headerBytes = 32 << 10
    /// Bytes of a request's target; more is a 414.
    public var targetBytes = 8 << 10
    /// Bytes of a request's body, transfer coding removed; more is a 413.
    public var bodyBytes = 16 << 20
    /// Bytes of all bodies that have not come whole or are being answered, and of all answers that have not gone, together.
    /// When there are more, the connection that holds most of them has to give way, and so on: an unfinished request is
    /// answered with 503, an answer that nobody takes is cut off. Whoever holds no more than an equal share is never
    /// asked to. Text that an answer shares with others does not count.
    public var totalBytes = 256 << 20
    /// How long a connection may stay without a request. Then it is closed without a word: an answer could be mistaken
    /// for the one to a request that crosses it on its way.
    public var idleTime = Duration.seconds(120)
    /// How long a request may take from its first byte to its last, else it is a 408; and how long an answer may be
    /// stuck because the other end does not read.
    public var requestTime = Duration.seconds(60)
    /// Connections at a time. One more takes the place of the one that has been idle longest; if none is idle, it waits
    /// until one is. The same happens when the process runs out of descriptors.
    public var connections = 8192
    /// Whether one more connection, when none is idle, takes the place of the one whose request or answer has been unfinished
    /// for longest: for a server that must answer whatever others do. Handlers that are at work are not cut off.
    public var closesUnfinished = false

    /// The limits that suit a farm.
    public init() {}
}
