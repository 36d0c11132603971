/// The limits of a server for its clients. Requests beyond them are refused with the status named here.
public struct HTTPLimits: Hashable, Sendable {
    /// Maximum size of all header fields of a request, and of all its trailer fields; otherwise 431.
    public var headerBytes = 32 << 10
    /// Maximum size of a request's target; otherwise 414.
    public var targetBytes = 8 << 10
    /// Maximum size of a request's body, after decoding; otherwise 413.
    public var bodyBytes = 16 << 20
    /// Maximum total size of all bodies that are incomplete or being answered, and of all answers that are not sent
    /// yet. Beyond it, the connection that holds the most bytes has to give way, and so on: an unfinished request is
    /// answered with 503, an answer that is not received is cut off. A connection with no more than an equal share is
    /// never affected. Text that an answer shares with others does not count.
    public var totalBytes = 256 << 20
    /// How long a connection may be idle. It is then closed without an answer, which could be mistaken for the answer
    /// to a request that is on its way.
    public var idleTime = Duration.seconds(120)
    /// How long a request may take from its first byte to its last, otherwise 408; and how long an answer may be
    /// blocked because the other end does not read.
    public var requestTime = Duration.seconds(60)
    /// Maximum number of connections. A further one replaces the one that has been idle longest; if none is idle, it
    /// waits until one is. The same applies when the process runs out of descriptors.
    public var connections = 8192
    /// Whether a further connection, when none is idle, replaces the one whose request or answer has been unfinished
    /// for longest: for a server that must answer whatever others do. Running handlers are not cut off.
    public var closesUnfinished = false

    /// Creates limits that are suitable for a farm.
    public init() {}
}
