import Service

/// Random numbers for one subject of a simulation, which follow from the seed and the subject alone: so the same task takes
/// as long whoever gets it and whenever that is, and two sets of rules are compared on the same work.
struct Dice: RandomNumberGenerator {
    private var generator: SeededGenerator

    /// - Parameter subjects: what the numbers are for.
    init(seed: UInt64, _ subjects: String...) {
        // FNV-1a of Fowler, Noll and Vo.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for subject in subjects {
            for byte in subject.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        generator = SeededGenerator(seed: seed ^ hash)
    }

    mutating func next() -> UInt64 { generator.next() }
}
