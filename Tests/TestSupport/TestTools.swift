/// Random numbers that are the same in every run: SplitMix64.
public struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// Those that begin with this seed.
    public init(seed: UInt64) { state = seed }

    /// The next one.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Looks again and again until something holds; the time limit of the test ends it when it never does.
public func until(every pause: Duration = .milliseconds(5), _ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: pause) }
}
