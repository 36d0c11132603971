/// When a worker has to believe that its credentials are refused.
///
/// Managers whose database is busy answer 401 or 403 to good credentials, so it takes the same answer three times in a
/// row over at least ten seconds (protocol of the contract, "Managers in the field").
struct Refusals: Sendable {
    private var count = 0
    private var first = Duration.zero

    /// Notes a refusal; says whether the credentials have to be given up.
    ///
    /// - Parameter time: the time since any fixed point.
    mutating func refused(at time: Duration) -> Bool {
        if count == 0 { first = time }
        count += 1
        return count >= 3 && time - first >= .seconds(10)
    }

    /// Begins anew, after any other answer.
    mutating func reset() { count = 0 }
}
