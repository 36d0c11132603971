/// What becomes of a request on its way to the manager.
package enum Fault: Hashable, Sendable {
    /// Nothing: it is passed on, and so is the answer.
    case pass
    /// The connection is reset before the manager hears of the request.
    case reset
    /// The manager never hears of it, and nobody answers until the other end gives up.
    case hang
    /// The manager gets this many of its bytes, head included, then both connections are reset. To be less than all.
    case cutRequest(after: Int)
    /// The manager takes it; of its answer this many bytes arrive, head included, then the connection is reset.
    case cutReply(after: Int)
    /// The manager takes it and answers, and the connection is reset without a byte of that.
    case loseReply
    /// The manager takes it; its answer arrives so slowly.
    case throttle(bytesPerSecond: Int)
    /// The manager never hears of it: this is the answer. `headers` are whole lines, `Content-Length` left out.
    case answer(Int, headers: [String] = [], body: String = "")
}
