/// A spool that the manager has taken, kept for people to look at.
struct KeptSpool: Hashable, Sendable {
    let name: String
    let bytes: Int

    /// Takes out what is beyond the limits, oldest first.
    static func takeSurplus(of kept: inout [KeptSpool], limits: SpoolLimits) -> [KeptSpool] {
        var bytes = kept.reduce(0) { $0 + $1.bytes }
        var surplus: [KeptSpool] = []
        while let oldest = kept.first, kept.count > limits.keptTasks || bytes > limits.keptBytes {
            bytes -= oldest.bytes
            surplus.append(oldest)
            kept.removeFirst()
        }
        return surplus
    }
}
